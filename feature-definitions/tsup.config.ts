import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", compiler: "src/compiler.ts", "testing/index": "src/testing/index.ts" },
  format: ["esm"],
  target: "node20",
  // The entries share their code.
  splitting: true,
  dts: true,
  clean: true,
});
