// Runs functions on elements that match a selector: at start, and on every part that htmx swaps in.
const registered = [];

export function enhance(selector, apply) {
  registered.push({ selector, apply, done: new WeakSet() });
}

function matching(root, selector) {
  const inside = [...root.querySelectorAll(selector)];
  return root instanceof Element && root.matches(selector) ? [root, ...inside] : inside;
}

export function enhanceWithin(root) {
  for (const { selector, apply, done } of registered) {
    for (const element of matching(root, selector)) {
      if (done.has(element)) continue;
      done.add(element);
      apply(element);
    }
  }
}

export function start() {
  enhanceWithin(document);
  document.addEventListener("htmx:load", (event) => enhanceWithin(event.detail.elt));
}

// A text in the person's language; the page carries them as attributes of #texts.
export function text(name) {
  return document.getElementById("texts")?.dataset[name] ?? "";
}

// Listens on the document, for elements that match now or later.
export function on(type, selector, handle) {
  document.addEventListener(type, (event) => {
    const element = event.target instanceof Element ? event.target.closest(selector) : null;
    if (element) handle(event, element);
  });
}
