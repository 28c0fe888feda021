import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    datasets: "src/datasets.ts",
    arrow: "src/arrow.ts",
    opentelemetry: "src/opentelemetry.ts",
  },
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  // The entries share the classes of errors, so that instanceof holds across them.
  splitting: true,
  dts: true,
  clean: true,
});
