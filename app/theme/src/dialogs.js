// Native dialogs: [data-open="id"] opens one; [data-confirm="sentence"] on a form or its button asks first.
import { on } from "./enhance.js";

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  return dialog;
}

on("click", "[data-open]", (_event, button) => {
  button.closest("[popover]")?.hidePopover();
  openDialog(button.dataset.open);
});
on("click", "[data-close-dialog]", (_event, button) => button.closest("dialog")?.close("no"));
on("click", "dialog", (event, dialog) => {
  if (event.target === dialog && dialog.matches(".dialog")) dialog.close("no");
});

// Resolves to true when the person agrees. isGrave paints the button red.
export function confirmFirst({ sentence, title, yes, isGrave }) {
  const dialog = document.getElementById("confirm");
  const part = (name) => dialog.querySelector(`[data-confirm-${name}]`);
  const own = (element) => (element.dataset.own ??= element.textContent);
  part("title").textContent = title || own(part("title"));
  part("text").textContent = sentence;
  part("yes").textContent = yes || own(part("yes"));
  part("yes").className = `btn ${isGrave ? "btn-danger" : "btn-primary"}`;
  dialog.returnValue = "no";
  dialog.showModal();
  part(isGrave ? "no" : "yes").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export function questionOf(element) {
  const { confirm: sentence, confirmTitle: title, confirmYes: yes } = element.dataset;
  return { sentence, title, yes, isGrave: "grave" in element.dataset };
}

const agreed = new WeakSet();

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const asking = submitter?.dataset.confirm ? submitter : form.dataset.confirm ? form : null;
  if (!asking || agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await confirmFirst(questionOf(asking)))) return;
  agreed.add(form);
  form.requestSubmit(submitter);
}, true);
