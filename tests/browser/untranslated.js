// The texts of the page's own controls and headings that hold no Chinese character.
() => {
  const OWN = [
    "button", ".btn", ".tab", ".menu-item", ".nav-entry", ".nav-group-head", ".bottom-item", "label", ".form-label", ".form-hint", "th", "dt",
    "h1", "h2", ".card-title", ".page-sub", ".state-title", ".state-text", ".note-text", ".badge", ".crumbs a", ".stat-label",
  ].join(",");
  const ATTRIBUTES = ["title", "placeholder", "aria-label"];
  const isOurs = (element) => !element.closest("kbd, .keys dt, #swagger, [lang]:not(html), td, .plotly, .hits, [data-chart]");
  const texts = [...document.querySelectorAll(OWN)].filter(isOurs).map((element) => element.innerText ?? "");
  for (const name of ATTRIBUTES) {
    texts.push(...[...document.querySelectorAll(`[${name}]`)].filter(isOurs).map((element) => element.getAttribute(name)));
  }
  const lines = texts.flatMap((text) => text.split("\n")).map((text) => text.trim());
  return [...new Set(lines)].filter((text) => /[A-Za-z]{2}/.test(text) && !/[\u4e00-\u9fff]/.test(text));
}
