// The value part of a filter row: nothing, one input, two for a range, or a list, by operator and kind of field.
const WITHOUT_VALUE = new Set(["is_null", "not_null", "is_true", "is_false", "empty", "not_empty"]);
const LISTS = new Set(["in", "not_in"]);
const RANGES = new Set(["between", "range"]);
const AS_TEXT = new Set(["starts", "ends", "contains"]);
const INPUT_TYPES = { number: "number", date: "date", datetime: "datetime-local", time: "time", color: "color", rating: "number" };

function input(field, op, label) {
  const box = document.createElement("input");
  box.className = "form-control";
  box.type = AS_TEXT.has(op) ? "text" : INPUT_TYPES[field.input] ?? "text";
  if (box.type === "number") box.step = "any";
  if (box.type === "datetime-local") box.step = "1";
  box.setAttribute("aria-label", label);
  return box;
}

function select(choices, label, isMultiple) {
  const box = document.createElement("select");
  box.className = "form-select";
  box.multiple = isMultiple;
  box.dataset.picker = "";
  box.setAttribute("aria-label", label);
  if (!isMultiple) box.append(new Option("", ""));
  box.append(...choices.map(({ value, label: name }) => new Option(name, value)));
  return box;
}

function lookup(field, label, isMultiple, address) {
  const box = select([], label, isMultiple);
  box.dataset.lookup = field.lookup ?? address.replace("-field-", encodeURIComponent(field.name));
  return box;
}

function freeList(label, hint) {
  const box = select([], label, true);
  box.dataset.create = "";
  box.dataset.placeholder = hint;
  return box;
}

function control(field, op, box, address) {
  const { label, hintList } = box.dataset;
  const isMultiple = LISTS.has(op);
  const choices = field.operators.find((one) => one.op === op)?.choices ?? field.choices;
  if (choices?.length && !AS_TEXT.has(op)) return select(choices, label, isMultiple);
  if (field.input === "relation" && !AS_TEXT.has(op)) return lookup(field, label, isMultiple, address);
  return isMultiple ? freeList(label, hintList) : input(field, op, label);
}

function fill(element, value) {
  if (value === undefined || value === null) return;
  if (element instanceof HTMLInputElement) {
    element.value = element.type === "datetime-local" ? String(value).replace(" ", "T") : value;
    if (!element.value) Object.assign(element, { type: "text", value }); // days that are none, as old rows hold them
    return;
  }
  const chosen = new Set([value].flat().map(String));
  for (const option of element.options) option.selected = chosen.delete(option.value);
  for (const rest of chosen) element.append(new Option(rest, rest, true, true));
}

export function drawValue(box, field, op, value, address) {
  const controls = WITHOUT_VALUE.has(op) ? []
    : RANGES.has(op) ? [input(field, op, box.dataset.labelFrom), input(field, op, box.dataset.labelTo)]
    : [control(field, op, box, address)];
  box.replaceChildren(...controls);
  box.dataset.shape = RANGES.has(op) ? "range" : LISTS.has(op) ? "list" : "one";
  const values = RANGES.has(op) ? [value].flat() : [value];
  controls.forEach((one, index) => fill(one, values[index]));
}

function textOf(element) {
  return element.type === "datetime-local" ? element.value.replace("T", " ") : element.value.trim();
}

// The typed value; null when it is empty, so that an unfinished row filters nothing.
export function readValue(box) {
  const controls = [...box.querySelectorAll("input.form-control, select")];
  if (box.dataset.shape === "range") {
    const ends = controls.map(textOf);
    return ends.some((end) => end === "") ? null : ends;
  }
  if (box.dataset.shape === "list") {
    const chosen = [...(controls[0]?.selectedOptions ?? [])].map((option) => option.value).filter(Boolean);
    return chosen.length ? chosen : null;
  }
  return controls[0] ? textOf(controls[0]) || null : null;
}
