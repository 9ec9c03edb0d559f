// htmx: the CSRF token on every request, and a sentence when a request fails.
import htmx from "htmx.org";
import { toast } from "./toasts.js";
import { text } from "./enhance.js";

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
});

// Empty fields of a search form would only lengthen the address.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") return;
  for (const name of Object.keys(detail.parameters)) if (detail.parameters[name] === "") delete detail.parameters[name];
});

document.addEventListener("htmx:sendError", () => toast(text("offline"), "danger"));
document.addEventListener("htmx:timeout", () => toast(text("offline"), "danger"));
document.addEventListener("htmx:responseError", ({ detail }) => {
  toast(sentenceOf(detail.xhr) || text("failed"), "danger");
});

// A list that took too long still comes as a list, with its filter and what to do: it is shown like any other.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 503 || detail.target.id !== "rows") return;
  if (!/^\s*<div id="rows"/.test(detail.xhr.responseText)) return;
  detail.shouldSwap = true;
  detail.isError = false;
});

// The server's own sentence, from problem+json or from an error page.
function sentenceOf(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  if (type.includes("json")) return parsed(xhr.responseText).detail;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return page.querySelector("[data-problem]")?.textContent.trim();
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}

// A GET for JSON, as pickers need it.
export async function getJson(url, parameters = {}) {
  const address = new URL(url, location.href);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  const response = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail ?? text("failed"));
  return response.json();
}

export { htmx };
