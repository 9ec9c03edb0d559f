// Where something that floats stands: below its anchor, or above it when there is no room.
const GAP = 6;

function top(from, height, floor = innerHeight) {
  const below = from.bottom + GAP;
  return below + height <= floor - GAP || from.top < height + GAP ? below : from.top - height - GAP;
}

// Beside a button: its own width, kept inside the window. side: "start" or "end".
export function placeBeside(element, anchor, side) {
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = element;
  const left = side === "end" ? from.right - width : from.left;
  const most = document.body.getBoundingClientRect().width - width - GAP;
  element.style.left = `${Math.max(GAP, Math.min(left, most))}px`;
  element.style.top = `${top(from, height)}px`;
}

// The bar with the form's buttons sticks to the window's bottom and stays free.
function floorOf(anchor, from) {
  const bar = anchor.closest("form")?.querySelector(".form-bar")?.getBoundingClientRect();
  return bar && bar.top > from.bottom ? bar.top : innerHeight;
}

// Below a field: as wide as the field.
export function placeBelow(element, anchor) {
  const from = anchor.getBoundingClientRect();
  element.style.left = `${from.left}px`;
  element.style.width = `${from.width}px`;
  element.style.top = `${top(from, element.offsetHeight, floorOf(anchor, from))}px`;
}
