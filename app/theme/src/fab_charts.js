// Flask-AppBuilder's charts without Google: a table with a bar for each number.
import { enhance } from "./enhance.js";

function cell(tag, content, className = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.append(content);
  return element;
}

function bar(value, most) {
  const meter = document.createElement("meter");
  meter.max = most || 1;
  meter.value = value;
  return meter;
}

enhance("[data-fab-chart]", (box) => {
  const { cols: [, series], rows } = JSON.parse(box.dataset.fabChart);
  const pairs = rows.map(({ c: [name, number] }) => [name.v, Number(number.v)]);
  const most = Math.max(...pairs.map(([, number]) => number));
  const table = box.querySelector("table");
  table.setAttribute("aria-label", series?.label ?? "");
  for (const [name, number] of pairs) {
    const row = table.insertRow();
    row.append(cell("th", name), cell("td", bar(number, most)), cell("td", number, "is-end"));
  }
});
