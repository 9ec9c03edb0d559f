// The browser draws days in its own language; below each stands the chosen day in the page's language, with its weekday.
import { enhance } from "./enhance.js";

const STYLES = { date: { dateStyle: "full" }, "datetime-local": { dateStyle: "full", timeStyle: "short", hourCycle: "h23" } };

enhance(".field input:is([type=date], [type=datetime-local])", (input) => {
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "UTC", ...STYLES[input.type] });
  const said = document.createElement("output");
  said.className = "form-hint date-said";
  if (input.id) said.htmlFor = input.id;
  const say = () => { said.value = Number.isNaN(input.valueAsNumber) ? "" : words.format(input.valueAsNumber); };
  input.after(said);
  input.addEventListener("input", say);
  input.addEventListener("change", say);
  say();
});
