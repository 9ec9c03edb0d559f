// A masked value that was shown goes away again after its time, and at once when the page is left: no history keeps it.
import { enhance } from "./enhance.js";
import { htmx } from "./network.js";

const MILLISECONDS = 1000;

function hide(value) {
  const question = value.querySelector("template")?.content.firstElementChild?.cloneNode(true);
  if (!question) return value.remove();
  value.replaceWith(question);
  return htmx.process(question);
}

enhance("[data-gone-after]", (value) => {
  setTimeout(() => hide(value), Number(value.dataset.goneAfter) * MILLISECONDS);
  addEventListener("pagehide", () => hide(value), { once: true });
  document.addEventListener("htmx:beforeHistorySave", () => hide(value), { once: true });
});
