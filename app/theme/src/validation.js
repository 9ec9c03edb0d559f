// Browser validation in the words of the page: data-msg-<attribute> on the field, else a text from #texts.
// Messages stand below the field, as the server's do; the first wrong field gets the focus.
import { on, text } from "./enhance.js";

// Names of the browser's findings → the attribute that was broken, as in data-msg-required.
const RULES = {
  valueMissing: "required",
  typeMismatch: "type",
  patternMismatch: "pattern",
  tooLong: "maxlength",
  tooShort: "minlength",
  rangeUnderflow: "min",
  rangeOverflow: "max",
  stepMismatch: "step",
  badInput: "type",
};

function messageFor(field) {
  const rule = Object.keys(RULES).find((name) => field.validity[name]);
  if (!rule) return field.validationMessage;
  return field.getAttribute(`data-msg-${RULES[rule]}`) || text(rule) || field.validationMessage;
}

function rowOf(field) {
  return field.closest(".field, .mb-3, td") ?? field.parentElement;
}

function show(field, message) {
  const row = rowOf(field);
  row.querySelector("[data-browser-error]")?.remove();
  row.classList.toggle("has-error", Boolean(message));
  if (!message) {
    field.removeAttribute("aria-invalid");
    return;
  }
  const note = document.createElement("p");
  note.className = "field-error";
  note.dataset.browserError = "";
  note.setAttribute("aria-live", "polite");
  note.id = `${field.id || field.name}-browser-error`;
  note.textContent = message;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", note.id);
  row.append(note);
}

document.addEventListener("invalid", (event) => {
  const field = event.target;
  event.preventDefault();
  show(field, messageFor(field));
  const first = field.form?.querySelector(":invalid:not(fieldset)");
  if (first === field) (field.tomselect ?? field).focus();
}, true);

on("input", "[aria-invalid]", (_event, field) => { if (field.validity?.valid) show(field, ""); });
on("change", "[aria-invalid]", (_event, field) => { if (field.validity?.valid) show(field, ""); });
