// The column chooser: a list that is sorted by dragging, or by buttons for keys and screen readers.
import Sortable from "sortablejs";
import { enhance, on } from "./enhance.js";

enhance("[data-sortable]", (list) => {
  new Sortable(list, { handle: ".sortable-grip", animation: 120, ghostClass: "sortable-ghost" });
});

on("click", "[data-move]", (_event, button) => {
  const item = button.closest(".sortable-item");
  const up = button.dataset.move === "up";
  const other = up ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (up) other.before(item);
  else other.after(item);
  button.focus();
});

on("input", "[data-find-in-list]", (_event, box) => {
  const word = box.value.toLocaleLowerCase();
  for (const item of document.getElementById(box.dataset.findInList).children) {
    item.hidden = !item.textContent.toLocaleLowerCase().includes(word);
  }
});
