// Arrow keys move through the hits below the global search box.
import { enhance } from "./enhance.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function move(hits, step) {
  const at = hits.findIndex((hit) => hit.classList.contains("is-current"));
  hits[at]?.classList.remove("is-current");
  const next = hits[(at + step + hits.length) % hits.length];
  next?.classList.add("is-current");
  next?.scrollIntoView({ block: "nearest" });
}

enhance("form.search", (form) => {
  const box = form.querySelector("input");
  box.addEventListener("keydown", (event) => {
    const hits = [...form.querySelectorAll(".search-hits a.hit")];
    if (STEPS[event.key]) {
      event.preventDefault();
      move(hits, STEPS[event.key]);
    } else if (event.key === "Enter") {
      const current = form.querySelector(".hit.is-current");
      if (current) event.preventDefault();
      current?.click();
    } else if (event.key === "Escape") {
      form.querySelector(".search-hits").replaceChildren();
    }
  });
});
