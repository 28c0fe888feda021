// Entry point of the scripts in package.json: `node scripts/run.mjs <task> [arguments…]`; the tasks are below.
// Plain Node without dependencies, because it has to run before anything is installed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { captureNode, ensureBuilt, ensureInstalled, packageFolders, requireNode, root, runNode } from "./toolchain.mjs";

const jiti = join(root, "server/node_modules/jiti/lib/jiti-register.mjs");
const cli = join(root, "server/dist/cli.js");
const vitest = join(root, "node_modules/vitest/vitest.mjs");
// TypeScript 7 checks three times as fast; the tools that use the compiler as a library (tsup, knip, openapi-typescript) need 5.9.
const tsc = join(root, "node_modules/typescript-7/bin/tsc");
const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
const knip = join(root, "node_modules/knip/bin/knip.js");

async function runOnSpark(project, args) {
  if (process.env.TEST_SPARK_URL === undefined)
    throw new Error(
      'These tests need a Spark cluster: run bash scripts/services.sh start spark, then eval "$(bash scripts/services.sh env)".',
    );
  await ensureBuilt();
  return runNode([vitest, "run", `--project=${project}`, ...args]);
}

const tasks = {
  async demo(args) {
    await ensureBuilt();
    if (args.includes("--once")) {
      return runNode([join(root, "scripts/demo-once.mjs"), cli, ...args.filter((argument) => argument !== "--once")]);
    }
    return runNode([cli, "demo", ...args]);
  },

  async test(args) {
    await ensureBuilt();
    // Tests of whole commands and servers, and of killed processes, take minutes: CI runs them, too, with `--project=all`.
    return runNode([vitest, "run", ...(args.length === 0 ? ["--project=quick"] : args)]);
  },

  // Builds the image and runs the compose file with podman, which it installs (Debian 12, root).
  async "test:containers"(args) {
    return runNode([vitest, "run", "--project=containers", ...args]);
  },

  // Tests on a Spark cluster, which `bash scripts/services.sh start spark` starts.
  "test:spark": (args) => runOnSpark("spark", args),

  // Tests that kill a worker and the driver of this cluster, and start them again: nothing else may use it meanwhile. Needs root.
  "test:spark-kills": (args) => runOnSpark("spark-kills", args),

  // The laws and the acceptance tests on databases with a role of our name and unusual defaults (scripts/services.sh).
  async "test:surroundings"(args) {
    const { TEST_HOSTILE_DATABASE_URL: main, TEST_HOSTILE_DATABASE_15_URL: older, ...environment } = process.env;
    if (main === undefined || older === undefined)
      throw new Error(
        'These tests need services: run bash scripts/services.sh start, then eval "$(bash scripts/services.sh env)".',
      );
    await ensureBuilt();
    for (const name of Object.keys(environment)) if (name.startsWith("TEST_")) delete process.env[name];
    delete process.env.REQUIRE_SERVICES;
    const { TEST_REDIS_URL = "" } = environment;
    const run = (files) => runNode([vitest, "run", "--project=all", ...files]);
    // The tests that have run on one database run on the embedded one, too.
    const embedded = args.length === 0 ? await run(testFilesWith('testDatabases("one")')) : 0;
    Object.assign(process.env, {
      TEST_DATABASE_URL: main,
      TEST_DATABASE_15_URL: older,
      TEST_REDIS_URL,
      TEST_SERVERS_ONLY: "1",
    });
    const code = await run(args.length === 0 ? ["server/test/acceptance", ...lawFiles()] : args);
    return embedded || code;
  },

  // The laws with random cases, twenty times as many. Arguments choose files instead of all laws.
  async "test:explore"(args) {
    await ensureBuilt();
    process.env.LAW_RUNS ??= "1000";
    process.env.LAW_SEED ??= String(Math.floor(Math.random() * 2 ** 31));
    console.log(`LAW_RUNS=${process.env.LAW_RUNS} LAW_SEED=${process.env.LAW_SEED}`);
    const code = await runNode([vitest, "run", ...(args.length === 0 ? lawFiles() : args)]);
    console.log(`To repeat: LAW_RUNS=${process.env.LAW_RUNS} LAW_SEED=${process.env.LAW_SEED} npm run test:explore`);
    return code;
  },

  // The Python client, with tools from PyPI. Arguments go to pytest, and skip the other steps.
  async "test:python"(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/test-python.mjs"), ...args]);
  },

  async check() {
    await ensureBuilt();
    const steps = [
      // One program for all folders but the client's, whose paths differ: each program checks all sources that it imports.
      { name: "types", arguments: [tsc, "-p", join(root, "tsconfig.check.json")] },
      { name: "types of sdk/typescript", arguments: [tsc, "-p", join(root, "sdk/typescript/tsconfig.json")] },
      { name: "lint and format", arguments: [biome, "ci", "--error-on-warnings", "--colors=off", root] },
      { name: "dead code", arguments: [knip] },
      { name: "words", arguments: [join(root, "scripts/check-words.mjs")] },
      { name: "OpenAPI document", arguments: [join(root, "scripts/lint-openapi.mjs")] },
      { name: "the client's package", arguments: [join(root, "sdk/typescript/scripts/check-package.mjs")] },
      { name: "import boundaries", arguments: [vitest, "run", "boundary", "import-cycles", "--reporter=dot"] },
    ];
    const failed = [];
    const next = async () => {
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
        const { code, output } = await captureNode(step.arguments);
        process.stdout.write(`check: ${step.name}\n${output}`);
        if (code !== 0) failed.push(step.name);
      }
    };
    await Promise.all([next(), next()]);
    if (failed.length > 0) console.error(`check: failed: ${failed.join(", ")}`);
    else console.log("check: everything is clean");
    return failed.length > 0 ? 1 : 0;
  },

  async build() {
    await ensureBuilt({ always: true });
    return 0;
  },

  async bench(args) {
    await ensureBuilt();
    return runNode(["--import", jiti, join(root, "benchmarks/src/main.ts"), ...args]);
  },

  // 20,000 generated requests over all operations: the server's verdict of their form against that of docs/openapi.json.
  async "verify-contracts"(args) {
    await ensureBuilt();
    process.env.LAW_RUNS ??= "500";
    process.env.LAW_SEED ??= String(Math.floor(Math.random() * 2 ** 31));
    const code = await runNode([vitest, "run", "server/test/contracts/request-verdicts.test.ts", ...args]);
    console.log(
      `To repeat: LAW_RUNS=${process.env.LAW_RUNS} LAW_SEED=${process.env.LAW_SEED} npm run verify:contracts`,
    );
    return code;
  },

  async "verify-dataset-examples"() {
    await ensureBuilt();
    return runNode([join(root, "scripts/verify-dataset-examples.mjs"), vitest]);
  },

  async "verify-refusals"(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/verify-refusals.mjs"), cli, ...args]);
  },

  async "verify-datasets"() {
    await ensureBuilt();
    return runNode([join(root, "scripts/verify-dataset-readers.mjs")]);
  },

  async "verify-limits"(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/verify-limits.mjs"), cli, ...args]);
  },

  // Compares served values, training sets and datasets with an oracle in Python. Needs TEST_DATABASE_URL, python3 and PyPI.
  async "verify-oracle"(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/verify-oracle.mjs"), cli, ...args]);
  },

  // The shipped definitions on PostgreSQL, DuckDB and Spark, cell by cell. Needs TEST_DATABASE_URL, and TEST_SPARK_URL and TEST_S3_URL for Spark.
  async "verify-engines"(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/verify-engines.mjs"), cli, ...args]);
  },

  // Both clients against a server that resets, cuts and refuses. The Python client needs python3 and PyPI.
  async "verify-clients"(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/verify-clients.mjs"), ...args]);
  },

  async "verify-schemathesis"(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/verify-schemathesis.mjs"), cli, ...args]);
  },

  // Random histories of an Iceberg table: incremental runs serve what full ones do. Needs the services of Spark.
  async "verify-iceberg"(args) {
    await ensureBuilt();
    process.env.ICEBERG_HISTORIES ??= "200";
    return runNode([vitest, "run", "--project=spark", "server/test/engine/spark/iceberg-histories", ...args]);
  },

  // Kills processes at every moment; CI does so at every third one. Needs TEST_DATABASE_URL, TEST_S3_URL for S3, and TEST_SPARK_URL for Spark.
  async "verify-kills"(args) {
    await ensureBuilt();
    process.env.EVERY_KILL = "1";
    const code = await runNode([vitest, "run", "--project=faults", ...args]);
    if (process.env.TEST_SPARK_URL === undefined) return code;
    return (await runOnSpark("spark-kills", args)) || code;
  },

  // Three servers under load for a minute, one killed: what is counted is what was answered. Needs TEST_DATABASE_URL.
  async "verify-usage"(args) {
    await ensureBuilt();
    process.env.USAGE_SECONDS ??= "60";
    return runNode([vitest, "run", "server/test/usage/kill-servers.test.ts", ...args]);
  },

  // Takes the pictures of the pages in docs/images with TEST_CHROMIUM; an argument chooses those whose names begin with it.
  async screenshots(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/run-portal-sample.mjs"), "take-screenshots", ...args]);
  },

  // Takes the pictures of README.md that show code and the output of commands, with TEST_CHROMIUM.
  async pictures() {
    await ensureBuilt();
    return runNode([join(root, "scripts/pictures.mjs"), cli]);
  },

  // Serves the pages over sample services, to look at them while they are changed.
  async "portal-sample"() {
    await ensureBuilt();
    return runNode([join(root, "scripts/run-portal-sample.mjs"), "sample-server"]);
  },

  async pack(args) {
    await ensureBuilt();
    const { packAndList } = await import("./pack.mjs");
    return packAndList(args);
  },

  // Changesets: what a change means for the next version (CONTRIBUTING.md, releases).
  async changeset(args) {
    const { changeset } = await import("./release/version.mjs");
    return changeset(args) ?? 0;
  },

  async "release-version"() {
    return runNode([join(root, "scripts/release/version.mjs")]);
  },

  async "release-dry"() {
    await ensureBuilt();
    return runNode([join(root, "scripts/release/dry-run.mjs")]);
  },

  // Needs the registries of npm and PyPI; with TEST_CHROMIUM also a browser, with python3.10 to python3.13 on PATH these.
  async "verify-packages"(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/verify-packages.mjs"), ...args]);
  },

  // Executes the notebooks and the Python examples; without the argument `test` it writes docs/notebooks. Needs python3.
  async notebooks(args) {
    await ensureBuilt();
    return runNode([join(root, "scripts/notebooks.mjs"), cli, ...args]);
  },
};

function lawFiles() {
  return testFilesWith("process.env.LAW_SEED");
}

function testFilesWith(text) {
  return packageFolders.flatMap((folder) => {
    const tests = join(root, folder, "test");
    if (!existsSync(tests)) return [];
    return readdirSync(tests, { recursive: true })
      .map((file) => join(folder, "test", file))
      .filter((file) => file.endsWith(".test.ts") && readFileSync(join(root, file), "utf8").includes(text));
  });
}

requireNode();
const [name, ...args] = process.argv.slice(2);
if (name === undefined || !Object.hasOwn(tasks, name)) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(tasks).join("|")} [arguments…]`);
  process.exit(2);
}
try {
  await ensureInstalled();
  process.exitCode = await tasks[name](args);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
