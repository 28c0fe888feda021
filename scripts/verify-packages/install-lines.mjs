// The install lines of the READMEs, run as printed.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../toolchain.mjs";
import { run } from "./processes.mjs";

const INSTALLS = /^(?:npm install @featstore\/|pip install .*featstore-client).*$/gm;
const pages = [
  "README.md",
  "feature-definitions/README.md",
  "server/README.md",
  "sdk/typescript/README.md",
  "sdk/python/README.md",
];

/** The lines that users need. They may not disappear from the pages. */
export const requiredLines = [
  "npm install @featstore/client",
  "npm install @featstore/server @featstore/definitions",
  "pip install featstore-client",
];

/** Finds the lines on the pages that install our packages, without repeats. */
export function printedLines() {
  const paths = pages.map((page) => join(root, page)).filter((path) => existsSync(path));
  const lines = paths.flatMap((path) => readFileSync(path, "utf8").match(INSTALLS) ?? []);
  return [...new Set(lines.map((line) => line.replace(/\s+#.*$/, "")))];
}

/** Runs a line in an empty npm project, or with an empty virtual environment first on PATH. Only `env` names the registry. */
export async function installByLine(line, folder, env) {
  const isPython = line.startsWith("pip");
  if (isPython) execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  else await run("npm", ["init", "--yes"], { cwd: folder, env });
  const path = isPython ? `${join(folder, "venv/bin")}${delimiter}${env.PATH}` : env.PATH;
  await run(line, [], { cwd: folder, env: { ...env, PATH: path } });
  return folder;
}
