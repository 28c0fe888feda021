// `npm run verify:dataset-examples`: runs all examples of the demo dataset's card, in Python and SQL too. Installs what
// these need from PyPI into a temporary environment.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { runNode } from "./toolchain.mjs";

const [vitest] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "featstore-examples-"));
try {
  execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  // The extension has the version of `@duckdb/node-api`: DuckDB loads no other.
  const packages = ["pyarrow==22.0.0", "duckdb-extension-httpfs==1.5.5"];
  execFileSync(join(folder, "bin/python"), ["-m", "pip", "install", "--quiet", ...packages], { stdio: "inherit" });
  process.env.PATH = `${join(folder, "bin")}${delimiter}${process.env.PATH}`;
  process.env.REQUIRE_PYTHON = "1";
  process.exitCode = await runNode([vitest, "run", "server/test/acceptance/dataset-examples.test.ts"]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
