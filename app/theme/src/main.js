// What every page loads. Each module below looks for its own attributes and does nothing without them.
import "./network.js";
import "./toasts.js";
import "./menus.js";
import "./dialogs.js";
import "./theme.js";
import "./side.js";
import "./shortcuts.js";
import "./selection.js";
import "./search.js";
import "./forms.js";
import "./dates.js";
import "./validation.js";
import "./pickers.js";
import "./filters.js";
import "./fab_filters.js";
import "./columns.js";
import "./tabs.js";
import "./print.js";
import "./exports.js";
import "./unmask.js";
import "./charts_loader.js";
import { start } from "./enhance.js";

start();
