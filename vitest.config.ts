import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Nothing may depend on the process's time zone; the zones of database sessions differ from it (`test-database.ts`).
process.env.TZ = "Europe/Berlin";

// The number of random cases of a law, which costly laws divide, and their seed. `npm run test:explore` tries other cases.
process.env.LAW_RUNS ??= process.argv.includes("--project=quick") ? "25" : "50";
process.env.LAW_SEED ??= "1";

// Tests run from source: a package's name means its src folder, so nothing needs to be built first.
const alias = [
  { find: /^@featstore\/definitions\/testing$/, replacement: at("feature-definitions/src/testing/index.ts") },
  { find: /^@featstore\/definitions\/compiler$/, replacement: at("feature-definitions/src/compiler.ts") },
  { find: /^@featstore\/definitions$/, replacement: at("feature-definitions/src/index.ts") },
  { find: /^@featstore\/client\/datasets$/, replacement: at("sdk/typescript/src/datasets.ts") },
  { find: /^@featstore\/client$/, replacement: at("sdk/typescript/src/index.ts") },
  { find: /^@featstore\/samples$/, replacement: at("samples/src/index.ts") },
];

/** Tests that kill processes at one statement after another; they take minutes and run in CI. */
const faults = ["server/test/materialization/crash/**/*.test.ts", "server/test/**/kill*.test.ts"];
/** Tests that take 7 seconds or more without services, most of them because they try many cases; they run in CI. */
const long = [
  "server/test/database/pglite-database.test.ts",
  "server/test/datasets/{card/hostile-texts,write/write-snapshot}.test.ts",
  "server/test/embeddings/tables.test.ts",
  "server/test/engine/duckdb/equal-engines.test.ts",
  "server/test/identity/interrupted-sign-up.test.ts",
  "server/test/materialization/{database-defaults,incremental/law}.test.ts",
  "server/test/training-sets/{own-columns,resume}.test.ts",
  "sdk/typescript/test/datasets/{download,part-file}.test.ts",
  "feature-definitions/test/evolve/metadata-law.test.ts",
];
/** Tests in a real browser, TEST_CHROMIUM; CI runs them on their own. */
const browsers = ["server/test/acceptance/{api-reference,cross-origin-browser,portal,sign-up-browser}.test.ts"];
/** Tests on a Spark cluster, TEST_SPARK_URL, which only `npm run test:spark` and CI run, on their own. */
const spark = ["{server,feature-definitions}/test/**/*.spark.test.ts"];
/** Those of them that kill processes of the cluster, which the others share. They run after them, or in `npm run verify:kills`. */
const sparkKills = ["server/test/engine/spark/kills/*.spark.test.ts"];
/** Tests of commands, servers and whole samples, which take half of the time of all tests. */
const e2e = [
  "server/test/{acceptance,cli,guide}/**/*.test.ts",
  "samples/test/{*sample,state-of-the-union,synthetic/*}.test.ts",
  "server/test/serve.test.ts",
  "sdk/typescript/test/*integration.test.ts",
  "examples/*/test/**/*.test.ts",
];
/** Tests that run SQL, on PGlite and on the available servers. */
const integration = [
  "server/test/{app,audit,audit-log,catalog,database,datasets,embeddings,engine,erasure,health,identity,keys,materialization,organisations,point-in-time,quality,reference,registry,scheduling,serving,training-sets,usage}/**/*.test.ts",
  "feature-definitions/test/{compile,computed,definitions,docs,evaluate,testing}/**/*.test.ts",
];

/** Files that take 15 seconds or more in CI. They start first, so that no worker waits for the other's last file. */
const slow =
  /\/(crash\/\w+|kill|law|tenants|tenant-histories|init|training-sets|adopted-database|pglite-database|load-sample|database-defaults|own-columns)\.test\.ts$/;

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => Number(slow.test(b.moduleId)) - Number(slow.test(a.moduleId)));
  }
}

// A test's process lives for minutes: collecting its young objects less often, and optimizing fewer of its functions,
// takes a fifth of its CPU time less. Node 22 has no such budget.
const engineOptions = [
  "--max-semi-space-size=64",
  ...(process.versions.node.startsWith("20.") ? ["--interrupt-budget=1000000"] : []),
];

const project = (name: string, include: readonly string[], exclude: readonly string[] = []) => ({
  resolve: { alias },
  test: {
    name,
    setupFiles: ["check-answers", "fixed-seed", "start-pglite"].map((name) => at(`server/test/helpers/${name}.ts`)),
    include: [...include],
    exclude: ["**/node_modules/**", ...exclude],
    // A worker's files share their modules: importing the server takes longer than most of its tests.
    isolate: false,
    execArgv: engineOptions,
    // Generous, because a loaded machine is no fault: a hang is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    restoreMocks: true,
    unstubEnvs: true,
  },
});

const every = ["{server,feature-definitions,sdk/typescript,samples,benchmarks,examples/*}/test/**/*.test.ts"];

/** Builds the image and runs the compose file; takes minutes and installs podman, so only `npm run test:containers` runs it. */
const containers = {
  resolve: { alias },
  test: {
    name: "containers",
    include: ["containers/test/*.test.ts"],
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    expect: { poll: { timeout: 60_000, interval: 250 } },
  },
};

// Projects share no workers, so each would import the server again: `npm test` and CI run one that has the tests of several.
const whole = [
  project("quick", every, [...faults, ...long, ...browsers, ...e2e, ...spark]),
  project("all", every, [...browsers, ...spark]),
  project("spark", spark, sparkKills),
  project("spark-kills", sparkKills),
  containers,
].filter(({ test: { name } }) => process.argv.includes(`--project=${name}`));
const parts = [
  project("unit", every, [...faults, ...browsers, ...e2e, ...integration, ...spark]),
  project("integration", integration, [...faults, ...browsers, ...e2e, ...spark]),
  project("e2e", e2e, [...faults, ...browsers]),
  project("faults", faults),
  project("browsers", browsers),
];

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
    reporters: ["default", at("scripts/vitest-summary-reporter.mjs")],
    projects: whole.length > 0 ? whole : parts,
  },
});
