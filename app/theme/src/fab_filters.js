// The search of Flask-AppBuilder's lists: a row for each filter; its name in the address carries the operator's number.
import { enhance, enhanceWithin } from "./enhance.js";

function nameRow(row) {
  const column = row.dataset.column;
  const number = row.querySelector("[data-fab-op]").value;
  for (const field of row.querySelectorAll("[data-fab-value] [name]")) field.name = `_flt_${number}_${column}`;
}

function addRow(form, column, operator, value) {
  const template = form.querySelector(`template[data-column="${CSS.escape(column)}"]`);
  if (!template) return null;
  const row = template.content.firstElementChild.cloneNode(true);
  const choose = row.querySelector("[data-fab-op]");
  const known = [...choose.options].find((option) => option.dataset.name === operator);
  if (known) choose.value = known.value;
  const field = row.querySelector("[data-fab-value] [name]");
  fill(field, value);
  nameRow(row);
  form.querySelector("[data-fab-rows]").append(row);
  enhanceWithin(row);
  return row;
}

function fill(field, value) {
  if (!field || value === undefined) return;
  if (field.type === "checkbox") field.checked = ["y", "true", "True", "on", "1"].includes(String(value));
  else if (field.multiple) for (const option of field.options) option.selected = [value].flat().map(String).includes(option.value);
  else field.value = [value].flat()[0];
}

enhance("form[data-fab-filters]", (form) => {
  for (const [column, operator, value] of JSON.parse(form.dataset.fabFilters)) addRow(form, column, operator, value);
  form.addEventListener("change", ({ target }) => {
    const row = target.closest("[data-column]");
    if (row && target.matches("[data-fab-op]")) nameRow(row);
  });
  form.addEventListener("click", ({ target }) => {
    const add = target.closest("[data-fab-add]");
    if (add) {
      add.closest("[popover]")?.hidePopover();
      addRow(form, add.dataset.fabAdd)?.querySelector("[data-fab-value] [name]")?.focus();
    }
    target.closest("[data-fab-drop]")?.closest("[data-column]").remove();
  });
});
