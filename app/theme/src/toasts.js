// Messages that come and go; errors and messages with an undo button stay longer. Closed by hand at any time.
import { enhance, on } from "./enhance.js";

const SECONDS = { success: 6, info: 6, warning: 12, danger: 0 };
const SECONDS_WITH_UNDO = 15;

function leave(note) {
  note.classList.add("is-leaving");
  setTimeout(() => note.remove(), 200);
}

function kindOf(note) {
  return [...note.classList].find((name) => name.startsWith("note-"))?.slice(5) ?? "info";
}

function schedule(note) {
  const hasUndo = note.querySelector("[data-toast-undo]");
  const seconds = hasUndo ? SECONDS_WITH_UNDO : SECONDS[kindOf(note)];
  if (!seconds) return;
  let timer = setTimeout(leave, seconds * 1000, note);
  const hold = () => clearTimeout(timer);
  const resume = () => { hold(); timer = setTimeout(leave, seconds * 1000, note); };
  note.addEventListener("pointerenter", hold);
  note.addEventListener("focusin", hold);
  note.addEventListener("pointerleave", resume);
  note.addEventListener("focusout", resume);
}

// Shows a message; undoUrl is where the undo button posts.
export function toast(message, kind = "info", undoUrl = "") {
  const template = document.getElementById("toast-template");
  const box = document.getElementById("toasts");
  if (!template || !box || !message) return;
  const note = template.content.firstElementChild.cloneNode(true);
  note.className = `note note-${kind}`;
  note.querySelector("[data-toast-text]").textContent = message;
  const undo = note.querySelector("[data-toast-undo]");
  if (undoUrl) undo.action = undoUrl;
  else undo.remove();
  box.append(note);
  schedule(note);
}

enhance("#toasts > [data-toast]", schedule);
on("click", "[data-toast-close]", (_event, button) => leave(button.closest("[data-toast]")));

// The server may send a message with any htmx answer: HX-Trigger: {"toast": {"text": …, "kind": …, "undo_url": …}}
document.addEventListener("toast", ({ detail }) => toast(detail.text, detail.kind, detail.undo_url));
