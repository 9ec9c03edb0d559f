// An export that begins shows how far it is: the link downloads as always, and a message asks for the progress.
import { htmx } from "./network.js";
import { on } from "./enhance.js";

function newRun() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function watch(url) {
  const box = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!box || !template) return;
  const note = template.content.firstElementChild.cloneNode(true);
  note.querySelector("[data-toast-undo]")?.remove();
  const place = note.querySelector("[data-toast-text]");
  const run = document.createElement("div");
  run.className = "note-text export-run";
  run.setAttribute("hx-get", url);
  run.setAttribute("hx-trigger", "load delay:700ms, every 1s");
  run.setAttribute("hx-swap", "innerHTML");
  place.replaceWith(run);
  box.append(note);
  htmx.process(run);
}

function withRun(address) {
  const url = new URL(address, location.href);
  const run = newRun();
  url.searchParams.set("run", run);
  return { href: url.href, run };
}

on("click", "a[data-export]", (_event, link) => {
  const { href, run } = withRun(link.href);
  link.href = href;
  link.closest("[popover]")?.hidePopover();
  watch(`${link.dataset.export}${run}`);
});

on("submit", "form[data-export-form]", (_event, form) => {
  const { href, run } = withRun(form.action);
  form.action = href;
  watch(`${form.dataset.exportForm}${run}`);
});
