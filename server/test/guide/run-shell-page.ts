import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { bundleCommand } from "../helpers/bundle-child";
import { guideShellBlocks } from "./guide-document";

const repository = join(import.meta.dirname, "../../..");

export interface ShellPageOptions {
  /** The working folder of the commands. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders with programs, before those of PATH. */
  readonly programs?: readonly string[];
}

/** Runs the `sh` blocks of a page, by its path in the repository, in bash, and returns the output of each. Errors: a command fails. */
export async function runShellPage(page: string, options: ShellPageOptions): Promise<readonly string[]> {
  const { folder, environment, programs = [] } = options;
  const bin = join(folder, ".bin");
  await mkdir(bin, { recursive: true });
  const program = `#!/bin/sh\nexec '${process.execPath}' '${await bundleCommand()}' "$@"\n`;
  await writeFile(join(bin, "featstore"), program, { mode: 0o755 });
  const env = { ...environment, PATH: [bin, ...programs, process.env.PATH].join(delimiter) };
  const outputs: string[] = [];
  for (const { line, text } of guideShellBlocks(await readFile(join(repository, page), "utf8"))) {
    const run = promisify(execFile)("bash", ["--norc", "-euo", "pipefail", "-c", text], { cwd: folder, env });
    const { stdout, stderr } = await run.catch(
      (error: Error & { readonly stderr?: string; readonly stdout?: string }) => {
        throw new Error(`${page}:${line}: ${error.stdout ?? ""}${error.stderr ?? error.message}`);
      },
    );
    outputs.push(stdout + stderr);
  }
  return outputs;
}
