// Places native popovers beside their button (the style sheet puts them aside without this), and moves in them by arrow keys.
import { on } from "./enhance.js";
import { placeBeside } from "./place.js";

const PHONE = matchMedia("(max-width: 639.98px)");

function invokerOf(popover) {
  return document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"][aria-expanded="true"]`)
    ?? document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
}

function place(popover) {
  const button = invokerOf(popover);
  if (button && !PHONE.matches) placeBeside(popover, button, popover.dataset.menu);
}

function markExpanded(popover, isOpen) {
  for (const button of document.querySelectorAll(`[popovertarget="${CSS.escape(popover.id)}"]`)) {
    if (button.getAttribute("popovertargetaction") !== "hide") button.setAttribute("aria-expanded", isOpen);
  }
}

document.addEventListener("toggle", (event) => {
  const popover = event.target;
  if (!(popover instanceof HTMLElement) || !popover.hasAttribute("popover")) return;
  const isOpen = event.newState === "open";
  if (isOpen && popover.matches("[data-menu]")) place(popover);
  markExpanded(popover, isOpen);
  if (isOpen) popover.querySelector("[autofocus]")?.focus();
}, true);

addEventListener("resize", () => {
  for (const popover of document.querySelectorAll("[data-menu]:popover-open")) place(popover);
});

// htmx copies attributes between elements with the same id; the position must not be among them (and CSP would refuse it).
// A panel that loads its own content stays open and is placed anew for its new size.
document.addEventListener("htmx:beforeSwap", (event) => {
  for (const popover of event.detail.target.querySelectorAll("[data-menu][style]")) {
    popover.hidePopover();
    popover.removeAttribute("style");
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.matches?.("[data-menu]:popover-open")) return;
  place(event.target);
  event.target.querySelector("select, input:not([type=hidden])")?.focus();
});

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

on("keydown", ".menu", (event, menu) => {
  const step = STEPS[event.key];
  if (!step) return;
  const items = [...menu.querySelectorAll(".menu-item:not([hidden])")];
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
  event.preventDefault();
});

on("keydown", "[popovertarget]", (event, button) => {
  const menu = document.getElementById(button.getAttribute("popovertarget"));
  if (event.key !== "ArrowDown" || !menu?.matches(".menu")) return;
  menu.showPopover();
  menu.querySelector(".menu-item")?.focus();
  event.preventDefault();
});
