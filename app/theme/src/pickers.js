// Pickers by tom-select: selects with many entries, many-to-many fields, and look-ups that search on the server.
import TomSelect from "tom-select/dist/esm/tom-select.js";
import clearButton from "tom-select/dist/esm/plugins/clear_button/plugin.js";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import { enhance, text } from "./enhance.js";
import { getJson } from "./network.js";
import { placeBelow } from "./place.js";
import { toast } from "./toasts.js";

TomSelect.define("clear_button", clearButton);
TomSelect.define("remove_button", removeButton);

function escaped(value) {
  const element = document.createElement("span");
  element.textContent = value ?? "";
  return element.innerHTML;
}

const RENDER = {
  option: (item) => `<div>${escaped(item.text)}${item.sub ? `<small>${escaped(item.sub)}</small>` : ""}</div>`,
  item: (item) => `<div>${escaped(item.text)}</div>`,
  no_results: () => `<div class="no-results">${escaped(text("nothingFound"))}</div>`,
  loading: () => `<div class="loading-text">${escaped(text("searching"))}</div>`,
  option_create: (item) => `<div class="create">+ ${escaped(item.input)}</div>`,
  not_loading: () => `<div class="loading-text">${escaped(text("typeMore"))}</div>`,
};

function pluginsFor(element) {
  if (element.multiple) return { remove_button: { title: text("remove"), label: "×" } };
  return element.required ? {} : { clear_button: { title: text("remove"), html: () => '<span class="clear-button" aria-hidden="true">×</span>' } };
}

// The list of options is a popover of its own: no card, table or panel around the field cuts it off.
function float(made) {
  const { dropdown, control } = made;
  dropdown.popover = "manual";
  const follow = () => placeBelow(dropdown, control);
  made.on("dropdown_open", () => {
    dropdown.showPopover();
    follow();
    addEventListener("scroll", follow, { capture: true, passive: true });
    addEventListener("resize", follow);
  });
  made.on("dropdown_close", () => {
    dropdown.hidePopover();
    removeEventListener("scroll", follow, { capture: true });
    removeEventListener("resize", follow);
  });
}

function settingsFor(element) {
  return {
    plugins: pluginsFor(element),
    render: RENDER,
    maxOptions: 200,
    allowEmptyOption: false,
    hidePlaceholder: true,
    placeholder: element.matches(".my_select2") ? text("typeMore") : element.dataset.placeholder ?? "",
    create: "create" in element.dataset,
    createOnBlur: "create" in element.dataset,
    copyClassesToDropdown: false,
    controlClass: "ts-control",
    refreshThrottle: 100,
  };
}

function picker(element) {
  const labelled = element.labels?.[0]?.textContent.trim() || element.getAttribute("aria-label");
  const made = new TomSelect(element, settingsWith(element));
  if (labelled) for (const part of [element, made.control_input]) part.setAttribute("aria-label", labelled);
  float(made);
}

// data-lookup="/address" on a select: its options come from GET /address?q=… as [{value, text, sub}].
function settingsWith(element) {
  const settings = settingsFor(element);
  if (!element.dataset.lookup) return settings;
  return {
    ...settings,
    valueField: "value",
    labelField: "text",
    searchField: [],
    score: () => () => 1,
    preload: "focus",
    loadThrottle: 250,
    shouldLoad: () => true,
    async load(query, done) {
      this.clearOptions((option) => this.items.includes(String(option.value)));
      try {
        done(await getJson(element.dataset.lookup, { q: query }));
      } catch (error) {
        toast(error.message, "danger");
        done();
      }
    },
  };
}

const isLong = (select) => select.options.length > 12;

enhance("select[data-lookup], select[data-picker], select.my_select2", (select) => {
  if (select.closest("template") || select.tomselect) return;
  if (select.multiple || select.dataset.lookup !== undefined || isLong(select)) picker(select);
});
