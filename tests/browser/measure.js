// Measures the page that is open: what sticks out of its width, and which main controls are too small for a finger.
() => {
  const TOUCH = 44;
  const SLACK = 0.5;
  const CONTROLS = [
    "button", "summary", "select", "textarea", ".btn", ".tab", ".menu-item", ".nav-entry", ".bottom-item", ".top a", ".hit", ".chip a",
    "input:not([type=hidden])", ".ts-control",
  ].join(",");

  const isShown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const isHiddenForEyes = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const isClipped = Boolean(element.closest("thead")) && element.closest("thead").getBoundingClientRect().width <= 1;
    return width <= 1 || height <= 1 || isClipped || Boolean(element.closest(".visually-hidden, .skip-link, .ts-hidden-accessible"));
  };
  const name = (element) => {
    const words = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.tagName.toLowerCase()} class="${element.className}" id="${element.id}"> ${words}`;
  };

  // A box inside a label, a picker or a search field is pressed by pressing what is around it.
  const pressed = (element) => {
    if (element.matches("[type=checkbox], [type=radio]")) return element.closest("label") ?? element.labels?.[0] ?? element;
    return element.closest(".ts-control") ?? element;
  };

  const small = [...document.querySelectorAll(CONTROLS)]
    .filter((element) => isShown(element) && !isHiddenForEyes(element))
    .map((element) => [element, pressed(element).getBoundingClientRect()])
    .filter(([, { width, height }]) => width < TOUCH - SLACK || height < TOUCH - SLACK)
    .map(([element, { width, height }]) => `${Math.round(width)}×${Math.round(height)} ${name(element)}`);

  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth + 1;
  const limit = document.documentElement.clientWidth + 1;
  const scrolls = (element) => {
    for (let parent = element.parentElement; parent; parent = parent.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(parent).overflowX)) return true;
    }
    return false;
  };
  const outside = !wide ? [] : [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > limit && isShown(element) && !scrolls(element))
    .slice(0, 5).map(name);

  // Words that do not fit into their button; what ends in an ellipsis on purpose is left alone.
  const cut = [...document.querySelectorAll(".btn, .tab, .badge, .menu-item, .page-title, .card-title, .stat-value")]
    .filter((element) => isShown(element) && !isHiddenForEyes(element) && getComputedStyle(element).textOverflow !== "ellipsis")
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).fontSize !== "0px")
    .map((element) => `${element.scrollWidth} in ${element.clientWidth} px: ${name(element)}`);

  return { cut: [...new Set(cut)], small: [...new Set(small)], outside, overflow: wide ? document.documentElement.scrollWidth - document.documentElement.clientWidth : 0 };
}
