import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Copies a folder, in a fifth of the time of Node's `cp`. */
export async function copyFolder(folder: string, copy: string): Promise<void> {
  await run("cp", ["-R", folder, copy]);
}

export async function removeFolder(folder: string): Promise<void> {
  await run("rm", ["-r", folder]);
}

/**
 * Copies a folder whose writer was sent SIGSTOP, and returns the digest; copies nothing if the digest is among those `known`.
 * A stopped process has completed its system calls and started no other, so the copy is what a kill leaves.
 */
export async function copyStopped(folder: string, copy: string, known: ReadonlySet<string>): Promise<string> {
  for (;;) {
    const digest = digestOf(folder);
    if (known.has(digest)) return digest;
    await copyFolder(folder, copy);
    // They differ if a thread of the writer had not stopped yet.
    if (digestOf(copy) === digest) return digest;
    await removeFolder(copy);
  }
}

/** Returns a digest of the names and the contents of all files. */
export function digestOf(folder: string): string {
  const digest = createHash("sha256");
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length)).sort();
  for (const path of paths) digest.update(`${path}\0`).update(readFileSync(join(folder, path)));
  return digest.digest("hex");
}
