// Lists that are put into order by dragging, or by buttons for keys and screen readers; the column chooser is one.
import Sortable from "sortablejs";
import { enhance, on } from "./enhance.js";

enhance("[data-sortable]", (list) => {
  new Sortable(list, { handle: ".sortable-grip", animation: 120, ghostClass: "sortable-ghost" });
});

on("click", "[data-move]", (_event, button) => {
  const item = button.closest(".sortable-item");
  const isUp = button.dataset.move === "up";
  const other = isUp ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (isUp) other.before(item);
  else other.after(item);
  button.focus();
});

on("input", "[data-find-in-list]", (_event, box) => {
  const word = box.value.toLocaleLowerCase();
  for (const item of document.getElementById(box.dataset.findInList).children) {
    item.hidden = !item.textContent.toLocaleLowerCase().includes(word);
  }
});

// Rows in groups that fold: a group with hits opens, one without is gone while somebody searches.
function showHits(group, word) {
  const rows = [...group.querySelectorAll("[data-sought]")];
  for (const row of rows) row.hidden = !row.dataset.sought.includes(word);
  const isHit = rows.some((row) => !row.hidden);
  group.hidden = !isHit;
  group.dataset.wasOpen ??= String(group.open);
  group.open = word ? isHit : group.dataset.wasOpen === "true";
  if (!word) delete group.dataset.wasOpen;
  return isHit;
}

on("input", "[data-find-rows]", (_event, box) => {
  const place = document.getElementById(box.dataset.findRows);
  const word = box.value.trim().toLocaleLowerCase();
  const hits = [...place.querySelectorAll("details:has([data-sought])")].map((group) => showHits(group, word));
  place.querySelector("[data-find-none]").hidden = hits.includes(true);
});

// Enter in the box searches; it must not keep the whole form.
on("keydown", "[data-find-rows]", (event) => {
  if (event.key === "Enter") event.preventDefault();
});

// In the capture phase, so that the field is filled in before htmx collects the form.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("form[data-columns]")) return;
  const ticked = [...target.querySelectorAll(".sortable-item:has(input:checked)")].map((item) => item.dataset.name);
  target.querySelector("[data-columns-value]").value = ticked.join(",");
}, true);
