// Keys: "/" search, "g h" home, "n" new, "e" edit, "s" save, j/k/x/Enter rows, "f" filter, "?" the list of keys.
// A page offers an action by data-key="n" on its link or button.
import { openDialog } from "./dialogs.js";

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], .ts-control";
let waitingForGo = false;

function press(selector) {
  const element = [...document.querySelectorAll(selector)].find((one) => one.offsetParent !== null || one.popover);
  element?.click();
  return Boolean(element);
}

function rows() {
  return [...document.querySelectorAll("[data-rows] > tr, [data-rows] > [data-row]")];
}

function move(step) {
  const all = rows();
  const at = all.findIndex((row) => row.classList.contains("is-current"));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  if (!next) return;
  all[at]?.classList.remove("is-current");
  next.classList.add("is-current");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a")?.focus({ preventScroll: true });
}

function inCurrentRow(selector) {
  document.querySelector(`[data-rows] > .is-current ${selector}`)?.click();
}

function save() {
  const form = document.querySelector("form[data-main-form]");
  form?.requestSubmit(form.querySelector("[data-save]"));
  return Boolean(form);
}

const ACTIONS = {
  "/": () => document.getElementById("search")?.focus(),
  "?": () => openDialog("keys"),
  n: () => press('[data-key="n"]'),
  e: () => press('[data-key="e"]'),
  f: () => press('[data-key="f"]'),
  s: save,
  j: () => move(1),
  k: () => move(-1),
  x: () => inCurrentRow('input[type="checkbox"]'),
  g: () => {
    waitingForGo = true;
    setTimeout(() => { waitingForGo = false; }, 1200);
  },
};

function isTyping(event) {
  return event.target instanceof Element && event.target.closest(TYPING);
}

function go(key) {
  waitingForGo = false;
  if (key === "h") press(".nav-entry[data-home], .brand");
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && save()) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
  if (waitingForGo) return go(event.key);
  const action = ACTIONS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event)) event.target.blur();
});
