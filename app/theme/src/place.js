// Where something that floats stands: below its anchor, or above it when there is no room.
const GAP = 6;

function top(from, height) {
  const below = from.bottom + GAP;
  return below + height <= innerHeight - GAP || from.top < height ? below : from.top - height - GAP;
}

// Beside a button: its own width, kept inside the window. side: "start" or "end".
export function placeBeside(element, anchor, side) {
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = element;
  const left = side === "end" ? from.right - width : from.left;
  const most = document.documentElement.clientWidth - width - GAP;
  element.style.left = `${Math.max(GAP, Math.min(left, most))}px`;
  element.style.top = `${top(from, height)}px`;
}

// Below a field: as wide as the field.
export function placeBelow(element, anchor) {
  const from = anchor.getBoundingClientRect();
  element.style.left = `${from.left}px`;
  element.style.width = `${from.width}px`;
  element.style.top = `${top(from, element.offsetHeight)}px`;
}
