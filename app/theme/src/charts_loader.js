// Charts are large: their code comes only to pages that have one, and the drawing only when it is seen.
import { enhance } from "./enhance.js";

const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      import("./charts.js").then(({ draw }) => draw(target));
    }
  },
  { rootMargin: "200px" },
);

enhance("[data-chart]", (element) => seen.observe(element));
