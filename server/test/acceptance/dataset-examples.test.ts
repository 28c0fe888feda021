import { execFile, execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXAMPLE_KEY, EXAMPLE_SERVER } from "../../src/datasets/card/examples-section";
import { type CliProject, createCliProject, type StartedCommand } from "../cli/cli";

const run = promisify(execFile);
const jiti = join(import.meta.dirname, "../../node_modules/jiti/lib/jiti-register.mjs");

let project: CliProject;
let demo: StartedCommand;
let facts: { readonly url: string; readonly key_file: string; readonly dataset: string };
let card: string;
let key: string;

beforeAll(async () => {
  project = await createCliProject({ HOST: "127.0.0.1", PORT: "0" });
  demo = project.start(["demo", "--json"]);
  const failed = demo.outcome.then(({ stderr }): string => {
    throw new Error(stderr);
  });
  facts = JSON.parse(await Promise.race([demo.says("url"), failed]));
  key = (await readFile(facts.key_file, "utf8")).trim();
  const response = await fetch(`${facts.url}/api/datasets/${facts.dataset}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const body: { readonly card: string } = JSON.parse(await response.text());
  card = body.card;
});
afterAll(async () => {
  demo?.stop();
  await demo?.outcome;
  await project?.remove();
});

/** Returns the example in a language: the last block, because others come before. */
function example(language: string): string {
  const blocks = [...card.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)].filter(([, of]) => of === language);
  const code = blocks.at(-1)?.[2];
  if (code === undefined) throw new Error(`the card has no example in ${language}`);
  return code;
}

/** Runs a program in a folder of its own. */
async function runIn(name: string, program: string, args: readonly string[], files: Record<string, string> = {}) {
  const cwd = join(project.folder, name);
  await mkdir(cwd);
  for (const [path, text] of Object.entries(files)) await writeFile(join(cwd, path), text);
  const env = { ...process.env, FEATSTORE_URL: facts.url, FEATSTORE_API_KEY: key };
  return { ...(await run(program, args, { cwd, env })), cwd };
}

const PARQUET = "train-00000-of-00001.parquet";
const isParquet = (bytes: Buffer): boolean => bytes.subarray(-4).toString() === "PAR1";

test("the example in curl downloads a file and verifies it", async () => {
  const { stdout } = await runIn("curl", "bash", ["-euo", "pipefail", "-c", example("sh")]);
  expect(stdout).toMatch(/\.parquet: OK/);
});

test("the example in TypeScript downloads and verifies a file", async () => {
  const { cwd } = await runIn("typescript", process.execPath, ["--import", jiti, "example.ts"], {
    "example.ts": example("ts"),
  });
  const written = /name === "([^"]+)"/.exec(example("ts"))?.[1] ?? PARQUET;
  expect(isParquet(await readFile(join(cwd, written)))).toBe(true);
});

test.skipIf(!pythonHas("pyarrow"))("the example in Python reads every row", async () => {
  const { stdout } = await runIn("python", "python3", ["-c", example("python")]);
  expect(stdout).toMatch(/^233 \['speech_id', 'title'/);
});

test.skipIf(!pythonHas("duckdb_extension_httpfs"))("the example in SQL filters rows over HTTP", async () => {
  const find =
    "import duckdb_extension_httpfs as e, pathlib; print(next(pathlib.Path(e.__file__).parent.rglob('*.duckdb_extension')))";
  const extension = execFileSync("python3", ["-c", find], { encoding: "utf8" }).trim();
  const sql = example("sql")
    // The extension comes from PyPI instead of DuckDB's own server.
    .replace("INSTALL httpfs;\nLOAD httpfs;", `LOAD '${extension}';`)
    .replaceAll(EXAMPLE_SERVER, facts.url)
    .replaceAll(EXAMPLE_KEY, key);
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const statements = sql.split(/;$/m).filter((statement) => statement.trim() !== "");
    for (const statement of statements.slice(0, -1)) await connection.run(statement);
    const rows = (await connection.runAndReadAll(statements.at(-1) ?? "")).getRowObjectsJson();
    expect(rows).toHaveLength(10);
    expect(rows[0]).toMatchObject({ speech_id: "1", title: "State of the Union Address, 1790" });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

/** `npm run verify:dataset-examples` installs the modules in an environment of its own, and requires them. */
function pythonHas(module: string): boolean {
  try {
    execFileSync("python3", ["-c", `import ${module}`], { stdio: "ignore" });
    return true;
  } catch (error) {
    if (process.env.REQUIRE_PYTHON === "1") throw error;
    return false;
  }
}
