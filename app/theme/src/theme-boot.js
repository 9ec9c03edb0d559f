// Sets light or dark before the first paint; a blocking script, so it stays tiny and without imports.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  };
  const apply = () => {
    const choice = chosen();
    const isDark = choice === "dark" || (choice === "auto" && dark.matches);
    root.dataset.theme = choice;
    root.dataset.bsTheme = isDark ? "dark" : "light";
    root.classList.add("js");
  };
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("theme-chosen", apply);
  apply();
})();
