import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Tests run from source: a package's name means its src folder, so nothing needs to be built first.
const alias = [
  { find: /^@featstore\/definitions\/testing$/, replacement: at("feature-definitions/src/testing/index.ts") },
  { find: /^@featstore\/definitions$/, replacement: at("feature-definitions/src/index.ts") },
  { find: /^@featstore\/client$/, replacement: at("sdk/typescript/src/index.ts") },
];

const project = (name: string, root: string, setupFiles: string[] = []) => ({
  resolve: { alias },
  test: {
    name,
    setupFiles,
    root: at(root),
    include: ["test/**/*.test.ts"],
    // Generous, because a loaded machine is no fault: a hang is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // In CI alone, where a machine of others decides; what needed it is listed, since it is a fault of the test.
    retry: Number(process.env.TEST_RETRIES ?? 0),
    restoreMocks: true,
    unstubEnvs: true,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ["default", at("scripts/vitest-summary-reporter.mjs")],
    projects: [
      project("definitions", "feature-definitions"),
      project("server", "server", [at("server/test/helpers/check-answers.ts")]),
      project("sdk", "sdk/typescript"),
    ],
  },
});
