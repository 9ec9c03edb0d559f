// The menu: folded groups are remembered, and a box finds an entry among many.
import { enhance, on } from "./enhance.js";

const KEY = "menu-folds";

function folds() {
  return JSON.parse(localStorage.getItem(KEY) ?? "{}");
}

enhance(".nav-group[data-fold]", (group) => {
  const remembered = folds()[group.dataset.fold];
  const holdsThisPage = group.querySelector('[aria-current="page"]');
  if (remembered !== undefined && !holdsThisPage) group.open = remembered;
  group.querySelector("summary").addEventListener("click", () => {
    localStorage.setItem(KEY, JSON.stringify({ ...folds(), [group.dataset.fold]: !group.open }));
  });
});

enhance(".side-nav", (nav) => {
  nav.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
});

function showMatching(nav, words) {
  let found = 0;
  for (const entry of nav.querySelectorAll(".nav-entry")) {
    entry.hidden = !words.every((word) => entry.textContent.toLocaleLowerCase().includes(word));
    found += !entry.hidden;
  }
  for (const group of nav.querySelectorAll(".nav-group")) {
    group.hidden = !group.querySelector(".nav-entry:not([hidden])");
    if (words.length) group.open = true;
  }
  nav.querySelector("[data-menu-empty]").hidden = found > 0;
}

on("input", "[data-menu-filter]", (_event, box) => {
  const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  showMatching(box.closest("nav"), words);
});

on("keydown", "[data-menu-filter]", (event, box) => {
  if (event.key === "Enter") box.closest("nav").querySelector(".nav-entry:not([hidden])")?.click();
});
