// One case of the oracle: a database with random rows, definitions applied to it, runs, reads and files, all compared.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { root } from "../toolchain.mjs";
import { printDefinitions } from "./print-definitions.mjs";

const run = promisify(execFile);
const MAX_OUTPUT = 1 << 28;
const FIRST = "2025-06-01T00:00:00Z";
const SECOND = "2025-06-11T00:00:00Z";

/** Runs the case of a seed in an empty folder and database; returns its counts and differences. */
export async function runCase({ cli, python, database, folder, seed, size, plant }) {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: database,
    FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
    FEATSTORE_REQUESTS_PER_SECOND: "1000000",
    FEATSTORE_BURST: "1000000",
    FEATSTORE_LOG_LEVEL: "silent",
    PYTHONPATH: join(root, "scripts/verify-oracle"),
    ...(plant === undefined ? {} : { ORACLE_PLANT: plant }),
  };
  const options = { cwd: folder, env, maxBuffer: MAX_OUTPUT };
  const command = (...line) => run(process.execPath, [cli, ...line], options);
  const oracle = (script, ...line) =>
    run(python, [join(root, "scripts/verify-oracle", script), database, folder, ...line], options);

  await oracle("generate.py", String(seed), JSON.stringify(size));
  const description = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"));
  mkdirSync(join(folder, "definitions"));
  writeFileSync(join(folder, "definitions/index.ts"), printDefinitions(description));
  mkdirSync(join(folder, "node_modules/@featstore"), { recursive: true });
  symlinkSync(join(root, "feature-definitions"), join(folder, "node_modules/@featstore/definitions"));
  writeFileSync(join(folder, "featstore.config.yaml"), "default_entity: customer\n");

  await command("apply");
  await command("materialize", "--as-of", FIRST);
  const { stdout } = await command("keys", "create", "--name", "oracle", "--json");
  const { key } = JSON.parse(stdout);
  const server = await startServer(cli, options);
  try {
    await oracle("check.py", server.url, key, "first");
    await oracle("spines.py", String(size.spine));
    await command("materialize", "--incremental", "--as-of", SECOND);
    for (const [entity] of Object.entries(description.entities))
      for (const form of ["parquet", "csv"])
        await command(
          "training-set",
          ...["--service", `all_${entity}`, "--spine", `${entity}.${form}`, "--out", `${entity}.out.${form}`],
        );
    for (const { name } of description.datasets) await command("dataset", "build", name);
    await oracle("check.py", server.url, key, "second");
  } finally {
    server.child.kill("SIGTERM");
    await server.ended;
  }
  const parts = ["first", "second"].map((phase) => JSON.parse(readFileSync(join(folder, `${phase}.json`), "utf8")));
  return { description, parts };
}

async function startServer(cli, { cwd, env }) {
  const child = spawn(process.execPath, [cli, "serve", "--port", "0", "--json"], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, "line").then(([text]) => text), ended.then(() => undefined)]);
  if (line === undefined) throw new Error("the server did not start");
  return { child, ended, url: JSON.parse(line).url };
}
