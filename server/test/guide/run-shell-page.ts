import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { writeCommandProgram } from "./command-program";
import { type BlockOutput, runBlocks } from "./run-blocks";

export interface ShellPageOptions {
  /** The working folder of the commands. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders with programs, before those of PATH. */
  readonly programs?: readonly string[];
  /** Texts to replace in commands, and by what: `{ "http://localhost:8080": url }`. A function is called when its text occurs. */
  readonly replace?: Readonly<Record<string, string | (() => Promise<string>)>>;
}

/**
 * Runs the `sh` blocks of a page, by its path in the repository, in bash, and returns the output of each. Errors: a command fails,
 * or its output differs from the block below it.
 */
export async function runShellPage(page: string, options: ShellPageOptions): Promise<readonly string[]> {
  const { folder, environment, programs = [], replace = {} } = options;
  const bin = join(folder, ".bin");
  await mkdir(bin, { recursive: true });
  const endProgram = await writeCommandProgram(bin);
  const env = { ...environment, PATH: [bin, ...programs, process.env.PATH].join(delimiter) };
  const outputs = runBlocks(page, folder, async (text, location) => {
    let script = text;
    for (const [from, to] of Object.entries(replace)) {
      if (!script.includes(from)) continue;
      const value = typeof to === "string" ? to : await to();
      script = script.replaceAll(from, () => value);
    }
    const run = promisify(execFile)("bash", ["--norc", "-euo", "pipefail", "-c", script], { cwd: folder, env });
    return run.catch((error: Error & Partial<BlockOutput>) => {
      throw new Error(`${location}: ${error.stdout ?? ""}${error.stderr ?? error.message}`);
    });
  });
  return outputs.finally(endProgram);
}
