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
  ...licences("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0"),
  ...licences("ODC-By-1.0", "ODbL-1.0", "PDDL-1.0", "MIT", "Apache-2.0"),
  ...font("geist"),
  ...font("geist-mono"),
};

/** The licences under which datasets are published; the LICENSE of any other has its address. */
function licences(...ids: readonly string[]): Record<string, string> {
  const folder = "node_modules/spdx-license-list/licenses";
  return Object.fromEntries(ids.map((id) => [`${folder}/${id}.json`, `dist/licences/${id}.json`]));
}

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
    "snapshot-worker": "src/datasets/write/snapshot-worker.ts",
    "duckdb-child": "src/engine/duckdb/process/duckdb-child.ts",
  },
  format: ["esm"],
  target: "node20",
  // Optional dependencies: an engine that needs one reports that it is missing.
  external: ["@duckdb/node-api", /^@connectrpc\//, /^@bufbuild\//],
  // Private packages become part of the program.
  noExternal: ["@featstore/samples", "@featstore/client"],
  splitting: true,
  clean: true,
  onSuccess: async () => {
    for (const [from, to] of Object.entries(assets)) await cp(from, to, { recursive: true });
  },
});
