// Swagger UI speaks English only: swaps its own words for those of the page as they appear. Code and values stay.
const KEPT = "pre, code, textarea, input, .opblock-summary-path, .opblock-summary-method, .microlight, .model";

function swap(node, words) {
  const text = node.nodeValue.trim();
  const found = words[text];
  if (found && found !== text && !node.parentElement?.closest(KEPT)) node.nodeValue = node.nodeValue.replace(text, found);
}

function swapAll(root, words) {
  if (root.nodeType === Node.TEXT_NODE) return swap(root, words);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) swap(walker.currentNode, words);
}

// Code that scrolls has to be reached by keyboard.
function makeReachable(root) {
  const code = root.nodeType === Node.ELEMENT_NODE ? [...(root.matches("pre") ? [root] : []), ...root.querySelectorAll("pre")] : [];
  for (const one of code) one.tabIndex = 0;
}

export function keepWording(place, words) {
  const watcher = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") swap(change.target, words);
      for (const node of change.addedNodes) {
        swapAll(node, words);
        makeReachable(node);
      }
    }
  });
  watcher.observe(place, { childList: true, subtree: true, characterData: true });
}
