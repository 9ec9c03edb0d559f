// What has the focus: null outside of the page, else its name, what stands over it, and whether a ring shows it.
() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const [box] = element.getClientRects();
  const y = box.top + Math.min(box.height / 2, 20);
  const over = [4, box.width / 2, box.width - 4].map((x) => document.elementFromPoint(box.left + x, y));
  const around = element.closest("label, summary, .ts-wrapper") ?? element;
  const isPart = (one) => one && (around.contains(one) || [...(element.labels ?? [])].some((label) => label.contains(one)));
  const shows = (one) => {
    const style = one && getComputedStyle(one);
    return Boolean(style) && ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none");
  };
  return {
    name: `<${element.tagName.toLowerCase()} class="${element.className}" name="${element.name ?? ""}"> ${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 30)}`,
    over: over.some(isPart) ? "" : over[1] ? `<${over[1].tagName.toLowerCase()} class="${over[1].className}">` : "nothing",
    ring: shows(element) || shows(element.closest(".ts-control, .ts-wrapper")),
  };
}
