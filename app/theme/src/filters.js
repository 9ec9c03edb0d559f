// The filter builder: draws a condition as groups of rows and writes it back into the hidden field "filter".
// A condition is {"field", "op", "value"}, {"and": […]}, {"or": […]} or {"not": …}.
import { enhance, enhanceWithin } from "./enhance.js";
import { readValue, drawValue } from "./filter_values.js";

class Builder {
  constructor(form) {
    this.form = form;
    this.fields = JSON.parse(form.dataset.fields ?? document.querySelector(form.dataset.fieldsFrom).dataset.fields);
    this.root = form.querySelector("[data-filter-root]");
    this.root.append(this.group(asGroup(JSON.parse(form.dataset.condition || "null")), true));
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("change", (event) => this.changed(event));
    // A condition that nobody touched is sent as it is kept: "data-filter-keep".
    this.touched = !("filterKeep" in form.dataset);
    for (const kind of ["click", "change", "input"]) this.root.addEventListener(kind, (event) => this.touch(event));
  }

  part(name) {
    const place = `template[data-filter-part="${name}"]`;
    return (this.form.querySelector(place) ?? document.querySelector(place)).content.firstElementChild.cloneNode(true);
  }

  touch({ type, target }) {
    if (type !== "click" || target.closest("[data-filter-add], [data-filter-drop]")) this.touched = true;
  }

  group({ mode, parts }, isRoot = false) {
    const group = this.part("group");
    const join = group.querySelector("[data-filter-mode]");
    join.value = mode;
    if (isRoot) group.querySelector("[data-filter-drop]").remove();
    const list = group.querySelector("[data-filter-parts]");
    for (const part of parts) list.append(part.field ? this.row(part) : this.group(asGroup(part)));
    const mayBeEmpty = isRoot && "filterOptional" in this.form.dataset;
    if (!parts.length && !mayBeEmpty) list.append(this.row({}));
    return group;
  }

  row(leaf) {
    const row = this.part("row");
    const choose = row.querySelector("[data-filter-field]");
    this.drawFields(choose, leaf.field);
    this.drawOperators(row, leaf.op);
    this.drawValues(row, leaf.value);
    return row;
  }

  drawFields(choose, name) {
    choose.replaceChildren(...this.fields.map((field) => new Option(field.label, field.name)));
    choose.value = this.fields.some((field) => field.name === name) ? name : this.fields[0]?.name;
    choose.dataset.chosen = choose.value;
  }

  // One relation further: its fields take the place of the entry that leads there, in all rows.
  async open(choose, lead) {
    const found = await behind(lead);
    if (!found) {
      choose.value = choose.dataset.chosen;
      return false;
    }
    this.fields.splice(this.fields.indexOf(lead), 1, ...found);
    for (const other of this.root.querySelectorAll("[data-filter-field]")) {
      this.drawFields(other, other === choose ? found[0]?.name : other.value);
    }
    return true;
  }

  fieldOf(row) {
    const name = row.querySelector("[data-filter-field]").value;
    return this.fields.find((field) => field.name === name);
  }

  drawOperators(row, op) {
    const choose = row.querySelector("[data-filter-op]");
    const { operators } = this.fieldOf(row);
    choose.replaceChildren(...operators.map((one) => new Option(one.label, one.op)));
    choose.value = operators.some((one) => one.op === op) ? op : operators[0].op;
  }

  drawValues(row, value) {
    const box = row.querySelector("[data-filter-values]");
    const op = row.querySelector("[data-filter-op]").value;
    drawValue(box, this.fieldOf(row), op, value, this.form.dataset.lookup);
    enhanceWithin(box);
  }

  clicked(event) {
    const add = event.target.closest("[data-filter-add]");
    if (add) {
      const list = add.closest(".filter-group").querySelector("[data-filter-parts]");
      const part = add.dataset.filterAdd === "row" ? this.row({}) : this.group({ mode: "or", parts: [] });
      list.append(part);
      part.querySelector("[data-filter-field]").focus();
    }
    const drop = event.target.closest("[data-filter-drop]");
    if (drop) drop.closest(".filter-row, .filter-group").remove();
  }

  async changed({ target }) {
    const row = target.closest(".filter-row");
    if (!row) return;
    const before = readValue(row.querySelector("[data-filter-values]"));
    if (target.matches("[data-filter-field]")) {
      const field = this.fieldOf(row);
      if (field.leads && !(await this.open(target, field))) return;
      target.dataset.chosen = target.value;
      this.drawOperators(row, row.querySelector("[data-filter-op]").value);
      this.drawValues(row);
    } else if (target.matches("[data-filter-op]")) {
      this.drawValues(row, before);
    }
  }

  condition() {
    return this.touched ? readGroup(this.root.firstElementChild) : undefined;
  }
}

// Any condition as {mode: "and" | "or" | "not", parts}.
function asGroup(condition) {
  if (!condition) return { mode: "and", parts: [] };
  if (condition.field) return { mode: "and", parts: [condition] };
  if (!condition.not) return Object.entries(condition).map(([mode, parts]) => ({ mode, parts }))[0];
  const inner = condition.not;
  return { mode: "not", parts: inner.or ?? [inner] };
}

async function behind(lead) {
  try {
    const answer = await fetch(lead.leads, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).fields : null;
  } catch {
    return null;
  }
}

function readRow(row) {
  const op = row.querySelector("[data-filter-op]").value;
  const box = row.querySelector("[data-filter-values]");
  // While fields further on are still under way, the one that was chosen before counts.
  const leaf = { field: row.querySelector("[data-filter-field]").dataset.chosen, op };
  if (!box.childElementCount) return leaf;
  const value = readValue(box);
  return value === null ? null : { ...leaf, value };
}

function readGroup(group) {
  const list = group.querySelector("[data-filter-parts]");
  const parts = [...list.children]
    .map((part) => (part.matches(".filter-row") ? readRow(part) : readGroup(part)))
    .filter(Boolean);
  if (!parts.length) return null;
  const mode = group.querySelector("[data-filter-mode]").value;
  return mode === "not" ? { not: { or: parts } } : { [mode]: parts };
}

const builders = new WeakMap();

enhance("[data-filter-builder]", (box) => builders.set(box, new Builder(box)));

// A builder is a form of its own, or one of several parts of a form. In the capture phase, so that the fields are filled
// in before htmx collects the form.
function fillIn(form) {
  for (const box of [form, ...form.querySelectorAll("[data-filter-builder]")]) {
    const condition = builders.get(box)?.condition();
    if (condition !== undefined) box.querySelector("[data-filter-value]").value = condition ? JSON.stringify(condition) : "";
  }
}

document.addEventListener("submit", ({ target }) => fillIn(target), true);
document.addEventListener("htmx:configRequest", ({ target, detail: { formData } }) => {
  const form = target.closest("form");
  if (!form) return;
  fillIn(form);
  for (const field of form.querySelectorAll("[data-filter-builder] [data-filter-value]")) {
    if (formData.has(field.name)) formData.set(field.name, field.value);
  }
});
