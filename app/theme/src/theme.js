// The choice between light, dark and the system's own; theme-boot.js applies it before the first paint.
import { enhance, on } from "./enhance.js";

function chosen() {
  return document.documentElement.dataset.theme ?? "auto";
}

function showChoice(button) {
  button.setAttribute("aria-pressed", button.dataset.themeChoice === chosen());
}

enhance("[data-theme-choice]", showChoice);

on("click", "[data-theme-choice]", (_event, button) => {
  localStorage.setItem("theme", button.dataset.themeChoice);
  dispatchEvent(new Event("theme-chosen"));
  document.querySelectorAll("[data-theme-choice]").forEach(showChoice);
  button.closest("[popover]")?.hidePopover();
});
