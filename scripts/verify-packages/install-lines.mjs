// The install lines of the READMEs, run as printed.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../toolchain.mjs";
import { run } from "./processes.mjs";

const pages = [
  "README.md",
  "feature-definitions/README.md",
  "server/README.md",
  "sdk/typescript/README.md",
  "sdk/python/README.md",
];
const required = ["npm install @featstore/client", "npm install @featstore/server @featstore/definitions"];

/** Finds the lines that install our packages, without repeats. A line that users need may not disappear from the pages. */
export function installLines() {
  const texts = pages
    .map((page) => join(root, page))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"));
  const found = texts.flatMap(
    (text) => text.match(/^(?:npm install @featstore\/|pip install .*featstore-client).*$/gm) ?? [],
  );
  const lines = [...new Set(found.map((line) => line.replace(/\s+#.*$/, "")))];
  const isPackaged = existsSync(join(root, "sdk/python/pyproject.toml"));
  const missing = [...required, ...(isPackaged ? ["pip install featstore-client"] : [])].filter(
    (line) => !lines.includes(line),
  );
  if (missing.length > 0) throw new Error(`No README has the line ${missing.join(", nor ")}`);
  return lines;
}

/** Runs a line in an empty npm project, or with an empty virtual environment first on PATH. Only `env` names the registry. */
export async function installByLine(line, folder, env) {
  if (line.startsWith("pip")) {
    execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
    env = { ...env, PATH: `${join(folder, "venv/bin")}${delimiter}${env.PATH}` };
  } else {
    await run("npm", ["init", "--yes"], { cwd: folder, env });
  }
  await run(line, [], { cwd: folder, env });
  return folder;
}
