import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Runs a TypeScript file in its own process, which can `process.send` to this one. */
export function forkTypeScript(url: URL, args: readonly string[]): ChildProcess {
  const jiti = dirname(createRequire(import.meta.url).resolve("jiti/package.json"));
  return fork(join(jiti, "lib/jiti-cli.mjs"), [fileURLToPath(url), ...args], { execArgv: [] });
}
