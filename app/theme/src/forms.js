// Forms: a warning before unsaved changes are lost, no double sending, small conveniences.
import { enhance, on, text } from "./enhance.js";

function snapshot(form) {
  return new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, value.name ?? value])).toString();
}

// data-guard: leaving the page with changes asks first; [data-form-state] says that there are some.
enhance("form[data-guard]", (form) => {
  let before = "";
  let isSending = false;
  setTimeout(() => { before = "hadErrors" in form.dataset ? null : snapshot(form); });
  const isChanged = () => before === null || snapshot(form) !== before;
  form.addEventListener("input", () => {
    const state = form.querySelector("[data-form-state]");
    if (state) state.textContent = isChanged() ? text("unsaved") : "";
  });
  form.addEventListener("submit", () => { isSending = true; });
  addEventListener("pageshow", () => { isSending = false; });
  addEventListener("beforeunload", (event) => {
    if (!isSending && form.isConnected && isChanged()) event.preventDefault();
  });
});

// One click sends once: buttons of a form on its way are busy until the page changes.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog" || "resend" in event.target.dataset) return;
  if (event.target.matches("[hx-get], [hx-post]")) return;
  const button = event.submitter ?? event.target.querySelector('[type="submit"]');
  setTimeout(() => button?.setAttribute("aria-busy", "true"));
  setTimeout(() => button?.removeAttribute("aria-busy"), 10000);
});
addEventListener("pageshow", () => {
  document.querySelectorAll('[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
});

// data-submit-on-change: a select that acts at once.
on("change", "[data-submit-on-change]", (_event, field) => field.form.requestSubmit());

on("click", "[data-show-password]", (_event, button) => {
  const field = button.parentElement.querySelector("input");
  const isHidden = field.type === "password";
  field.type = isHidden ? "text" : "password";
  button.setAttribute("aria-pressed", isHidden);
});

on("click", "[data-back]", () => history.back());
on("click", "[data-copy]", async (_event, button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("is-copied");
});

// Flask-AppBuilder draws dates as text fields; the browser has better ones.
enhance(".appbuilder_date input", (field) => { field.type = "date"; });
enhance(".appbuilder_datetime input", (field) => { field.placeholder = "2026-12-31 23:59:59"; });
