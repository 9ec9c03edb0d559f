// Printing a page: parts that load when they come into view are loaded first, folded parts are opened.
import { on } from "./enhance.js";
import { htmx } from "./network.js";

const PATIENCE_MS = 4000;

function loaded(part) {
  return new Promise((resolve) => {
    const box = part.parentElement;
    box.addEventListener("htmx:afterSettle", resolve, { once: true });
    box.addEventListener("htmx:responseError", resolve, { once: true });
    htmx.trigger(part, "revealed");
  });
}

on("click", "[data-print]", async (_event, button) => {
  button.closest("[popover]")?.hidePopover();
  const parts = [...document.querySelectorAll('[hx-trigger="revealed"]')].filter((part) => part.querySelector(".skeleton"));
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); });
  await Promise.race([Promise.all(parts.map(loaded)), late]);
  print();
});

addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("main details:not([open])")) {
    fold.open = true;
    fold.dataset.openedForPrint = "";
  }
});

addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("[data-opened-for-print]")) {
    fold.open = false;
    delete fold.dataset.openedForPrint;
  }
});
