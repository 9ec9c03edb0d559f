// Draws the figures that the server sends, in the page's colours, and opens the list behind a number.
import { htmx } from "./network.js";
import { text } from "./enhance.js";
import { toast } from "./toasts.js";
import { dressed } from "./charts_look.js";

let library;

// plotly.js writes style sheets of its own, which a strict CSP refuses: one for all charts, whose few rules stand in
// charts.css, and one for maps. An element with their ids says that they are there already.
const OWN_STYLES = ["plotly.js-style-global", "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"];

function refuseInlineStyles() {
  for (const id of OWN_STYLES) {
    const mark = document.createElement("meta");
    mark.id = id;
    mark.className = "no-inline-styles";
    document.head.append(mark);
  }
}

// plotly.js brings no module that a strict CSP allows; it is a script that leaves window.Plotly.
function loaded(url) {
  library ??= new Promise((resolve, reject) => {
    refuseInlineStyles();
    const script = document.createElement("script");
    script.src = url;
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => {
      library = undefined;
      reject(new Error(url));
    });
    document.head.append(script);
  });
  return library;
}

const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false, showTips: false };
const drawn = new Map();

export async function draw(element) {
  try {
    const plotly = await loaded(element.dataset.chart);
    const figure = JSON.parse(element.dataset.figure);
    drawn.set(element, { plotly, figure });
    await paint(element);
    element.on("plotly_click", ({ points }) => open(points[0]));
    element.on("plotly_hover", ({ points }) => element.classList.toggle("is-on-link", Boolean(address(points[0]))));
    element.on("plotly_unhover", () => element.classList.remove("is-on-link"));
    sizes.observe(element);
  } catch {
    toast(text("failed"), "danger");
  }
}

async function paint(element) {
  const { plotly, figure } = drawn.get(element);
  const { data, layout } = dressed(figure, element);
  element.style.height = layout.height ? `${layout.height}px` : "";
  await plotly.react(element, data, layout, CONFIG);
}

// A point carries [words, address]; a slice of a ring wraps them once more.
function address(point) {
  const data = point?.customdata ?? [];
  return Array.isArray(data[0]) ? data[0][1] : data[1];
}

function open(point) {
  const url = address(point);
  if (url) location.assign(url);
}

const widths = new WeakMap();
const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const width = Math.round(contentRect.width);
    const before = widths.get(target);
    widths.set(target, width);
    if (before !== undefined && before !== width && drawn.has(target)) paint(target);
  }
});

new MutationObserver(() => drawn.forEach((_one, element) => paint(element))).observe(document.documentElement, {
  attributeFilter: ["data-bs-theme"],
});

htmx.on("htmx:beforeCleanupElement", ({ target }) => {
  if (!drawn.has(target)) return;
  sizes.unobserve(target);
  drawn.get(target).plotly.purge(target);
  drawn.delete(target);
});
