// Selecting rows: [data-selection] holds the table and its bar; the bar's form gets one field per chosen row.
import { enhance, on } from "./enhance.js";

const BOX = 'input[type="checkbox"][data-select]';
const ALL = 'input[type="checkbox"][data-select-all]';

function show(region) {
  const boxes = [...region.querySelectorAll(BOX)];
  const chosen = boxes.filter((box) => box.checked);
  const bar = region.querySelector("[data-bulk]");
  for (const all of region.querySelectorAll(ALL)) {
    all.checked = boxes.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  const count = bar.querySelector("[data-bulk-count]");
  if (count) count.textContent = count.dataset.bulkCount.replace("%n", chosen.length);
}

function chooseRange(region, from, to, isChecked) {
  const boxes = [...region.querySelectorAll(BOX)];
  const [first, last] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
  if (first >= 0) boxes.slice(first, last + 1).forEach((box) => { box.checked = isChecked; });
}

// A click anywhere in a row opens its record, as long as it hits nothing else and selects no text.
on("click", "[data-rows] > tr", (event, row) => {
  if (event.defaultPrevented || event.target.closest("a, button, input, label, form") || String(getSelection())) return;
  const link = row.querySelector("a.cell-title");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener");
  else link.click();
});

enhance("[data-selection]", (region) => {
  let previous = null;
  region.addEventListener("click", (event) => {
    const box = event.target.closest?.(BOX);
    if (box && event.shiftKey && previous) chooseRange(region, previous, box, box.checked);
    if (box) previous = box;
    if (event.target.closest?.("[data-select-none]")) region.querySelectorAll(BOX).forEach((one) => { one.checked = false; });
    show(region);
  });
  region.addEventListener("change", ({ target }) => {
    if (target.matches(ALL)) region.querySelectorAll(BOX).forEach((box) => { box.checked = target.checked; });
    show(region);
  });
  show(region);
});
