// Starts the viewer of `/docs`, and mends what it has no option for.
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const themeNow = () => document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light");

// Nothing that would need another server, and nothing that stores a key in the browser.
Scalar.createApiReference("#content", {
  url: "/openapi.json",
  // The address that the browser uses, so that the examples can be run unchanged.
  servers: [{ url: location.origin }],
  telemetry: false,
  theme: "none",
  withDefaultFonts: false,
  forceDarkModeState: themeNow(),
  hideClientButton: true,
  showDeveloperTools: "never",
  agent: { disabled: true },
  mcp: { disabled: true },
  persistAuth: false,
  documentDownloadType: "direct",
  authentication: { preferredSecurityScheme: "bearer" },
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
});

// The viewer has classes for its theme, which it sets once. The colours follow the attribute anyway.
const followTheme = () => {
  const theme = themeNow();
  for (const each of ["light", "dark"]) document.body.classList.toggle(`${each}-mode`, theme === each);
};
new MutationObserver(followTheme).observe(document.documentElement, { attributeFilter: ["data-theme"] });
prefersDark.addEventListener("change", followTheme);

// What it leaves out: buttons that copy an example have only a tooltip, the name of "Show More" lacks what it shows, the
// field that finds a language has no name, and the header on a phone is outside of every landmark.
const mend = (selector, attributesOf) => {
  for (const element of document.querySelectorAll(selector)) {
    for (const [name, value] of Object.entries(attributesOf(element))) element.setAttribute(name, value);
  }
};
const mendParts = () => {
  // Some show the language beside the icon, which the name must have.
  mend(".group\\/copy-button", ({ textContent }) => ({ "aria-label": `Copy ${textContent.trim()}`.trim() }));
  mend(".show-more:not([data-named])", ({ textContent, ariaLabel }) => ({
    "aria-label": `${textContent.trim()}: ${ariaLabel}`,
    "data-named": "",
  }));
  mend("input[role=combobox]:not([aria-label])", () => ({ "aria-label": "Find", "aria-expanded": "true" }));
  mend("#content div:has(> header):not([role])", () => ({ role: "region", "aria-label": "This operation" }));
};
new MutationObserver(mendParts).observe(document.body, { childList: true, characterData: true, subtree: true });
