// Comfort on top of pages that work without it.
const on = (type, handler) => document.addEventListener(type, handler);
const system = matchMedia("(prefers-color-scheme: dark)");

// A form that comes back with a wrong field has its dialog open: make it modal.
for (const dialog of document.querySelectorAll("dialog[open]")) {
  dialog.close();
  dialog.showModal();
  // A browser that has focused the field before this script ran scrolled the page, not the dialog.
  document.activeElement.scrollIntoView({ block: "nearest" });
}

// Without the script, these would do nothing.
for (const part of document.querySelectorAll("[data-copy], [data-theme-button], [data-filter]")) part.hidden = false;

// Loading the result of a form again would send the form again: load the page without it.
if (document.querySelector("[data-result]") && !document.querySelector("dialog[open]")) {
  history.replaceState(null, "", location.pathname);
}

on("click", async (event) => {
  const { target } = event;
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(target)) menu.open = false;
  const opener = target.closest("[commandfor]");
  // Older browsers do not know `commandfor`.
  if (opener && !("command" in opener)) {
    document
      .getElementById(opener.getAttribute("commandfor"))
      [opener.getAttribute("command") === "close" ? "close" : "showModal"]();
  }
  const copy = target.closest("[data-copy]");
  if (copy) {
    const shown = (pre) => pre.checkVisibility();
    const source =
      document.getElementById(copy.dataset.copy) ?? [...copy.closest(".code").querySelectorAll("pre")].find(shown);
    await navigator.clipboard.writeText(source.textContent);
    const label = copy.querySelector("[aria-live]");
    label.textContent = "Copied";
    setTimeout(() => (label.textContent = "Copy"), 2000);
  }
  if (target.closest("[data-theme-button]")) {
    event.preventDefault();
    const root = document.documentElement;
    const now = root.dataset.theme ?? (system.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
  }
});

// Shows the items that have all words, also those in the heading of their group.
const filter = document.querySelector("[data-filter] input");
if (filter) {
  const groups = [...document.querySelectorAll("[data-filter-group]")].map((group) => {
    const heading = group.querySelector("h2").textContent;
    const items = [...group.querySelectorAll("[data-filter-item]")];
    return { group, items: items.map((item) => ({ item, text: `${heading} ${item.textContent}`.toLowerCase() })) };
  });
  const all = groups.flatMap(({ items }) => items);
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/);
    for (const { item, text } of all) item.hidden = !words.every((word) => text.includes(word));
    for (const { group, items } of groups) group.hidden = items.every(({ item }) => item.hidden);
    const shown = all.filter(({ item }) => !item.hidden).length;
    document.getElementById(filter.getAttribute("aria-describedby")).textContent = `${shown} of ${all.length} codes`;
  };
  filter.addEventListener("input", apply);
  // A link to an item that is hidden shows all.
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.closest("[hidden]")) return;
    filter.value = "";
    apply();
    target.scrollIntoView();
  });
  apply();
}

on("keydown", (event) => {
  const menu = document.querySelector(".menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
