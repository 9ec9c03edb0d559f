// Places native popovers beside their button (they are centred without this), and moves in them by arrow keys.
import { on } from "./enhance.js";

const GAP = 6;
const PHONE = matchMedia("(max-width: 639.98px)");

function invokerOf(popover) {
  return document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"][aria-expanded="true"]`)
    ?? document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
}

export function place(popover, button) {
  if (PHONE.matches || !button) return;
  const from = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const left = popover.dataset.menu === "end" ? from.right - width : from.left;
  const below = from.bottom + GAP;
  const fitsBelow = below + height <= innerHeight - GAP || from.top < height;
  popover.style.left = `${Math.max(GAP, Math.min(left, document.documentElement.clientWidth - width - GAP))}px`;
  popover.style.top = `${fitsBelow ? below : from.top - height - GAP}px`;
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
  if (isOpen && popover.matches("[data-menu]")) place(popover, invokerOf(popover));
  markExpanded(popover, isOpen);
  if (isOpen) popover.querySelector("[autofocus]")?.focus();
}, true);

addEventListener("resize", () => {
  for (const popover of document.querySelectorAll("[data-menu]:popover-open")) place(popover, invokerOf(popover));
});

// htmx copies attributes between elements with the same id; the position must not be among them (and CSP would refuse it).
document.addEventListener("htmx:beforeSwap", () => {
  for (const popover of document.querySelectorAll("[data-menu][style]")) {
    popover.hidePopover();
    popover.removeAttribute("style");
  }
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
