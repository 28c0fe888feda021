import { defineConfig } from "tsup";

export default defineConfig({
  entry: { cli: "src/cli.ts", "pglite-worker": "src/database/pglite-worker.ts" },
  format: ["esm"],
  target: "node20",
  splitting: true,
  clean: true,
});
