// Tabs inside a page: [role=tablist] with [role=tab][aria-controls]; arrow keys move, the address keeps the tab.
import { enhance } from "./enhance.js";

function show(list, tab) {
  for (const one of list.querySelectorAll('[role="tab"]')) {
    const isChosen = one === tab;
    one.setAttribute("aria-selected", isChosen);
    one.tabIndex = isChosen ? 0 : -1;
    const panel = document.getElementById(one.getAttribute("aria-controls"));
    if (panel) panel.hidden = !isChosen;
  }
}

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

enhance('[role="tablist"]', (list) => {
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  const fromAddress = tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
  show(list, fromAddress ?? tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? tabs[0]);
  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (!tab) return;
    event.preventDefault();
    show(list, tab);
    history.replaceState(history.state, "", `#${tab.getAttribute("aria-controls")}`);
  });
  list.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
});
