import { cp } from "node:fs/promises";
import { defineConfig } from "tsup";

/** Files that the program reads: their place in the repository, and where the build copies them. */
const assets = {
  "../migrations": "dist/migrations",
  "../samples/state-of-the-union/data": "dist/samples/state-of-the-union/data",
  templates: "dist/templates",
  "node_modules/@scalar/api-reference/dist/browser/standalone.js": "dist/api-reference/standalone.js",
  "api-reference-licence.txt": "dist/api-reference/LICENSE.txt",
  "src/portal/files": "dist/portal-files",
  ...font("geist"),
  ...font("geist-mono"),
};

/** The Latin part of a font, and its licence. */
function font(name: string): Record<string, string> {
  const from = `node_modules/@fontsource-variable/${name}`;
  const file = `${name}-latin-wght-normal.woff2`;
  return {
    [`${from}/files/${file}`]: `dist/fonts/${name}/${file}`,
    [`${from}/LICENSE`]: `dist/fonts/${name}/LICENSE`,
  };
}

export default defineConfig({
  entry: {
    cli: "src/cli.ts",
    "pglite-worker": "src/database/pglite-worker.ts",
    "parquet-worker": "src/columnar/parquet/parquet-worker.ts",
  },
  format: ["esm"],
  target: "node20",
  // Private packages become part of the program.
  noExternal: ["@featstore/samples", "@featstore/client"],
  splitting: true,
  clean: true,
  onSuccess: async () => {
    for (const [from, to] of Object.entries(assets)) await cp(from, to, { recursive: true });
  },
});
