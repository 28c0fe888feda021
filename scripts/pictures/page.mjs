// The page of a picture: code in columns, in the portal's monospaced font.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain.mjs";

const font = readFileSync(
  join(root, "server/node_modules/@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2"),
).toString("base64");

const style = `
@font-face { font-family: "Geist Mono"; src: url(data:font/woff2;base64,${font}); font-weight: 100 900; }
body { margin: 0; padding: 20px; display: inline-flex; gap: 20px; background: #0a0a0a; color: #ededed; }
figure { margin: 0; padding: 18px 22px; border: 1px solid #2e2e2e; border-radius: 10px; background: #111; }
figcaption { margin-bottom: 12px; color: #a1a1a1; font: 500 12px "Geist Mono"; }
pre { margin: 0; font: 400 12.5px/1.5 "Geist Mono"; white-space: pre-wrap; overflow-wrap: anywhere; }
.hljs-keyword, .hljs-built_in, .hljs-type { color: #c4a7ff; } .hljs-string { color: #7bd88f; } .hljs-number { color: #ffb86b; }
.hljs-attr, .hljs-property { color: #82b1ff; } .hljs-title { color: #82b1ff; } .hljs-comment { color: #8a8a8a; }
`;

/** Returns the HTML of a picture with one column for each `{ title, width, html }`; lines beyond the width, in characters, are wrapped. */
export function picturePage(columns) {
  const figures = columns.map(
    ({ title, width, html }) =>
      `<figure><figcaption>${title}</figcaption><pre style="width: ${width}ch">${html}</pre></figure>`,
  );
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><body>${figures.join("")}</body>`;
}
