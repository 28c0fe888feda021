import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomId } from "../../../core/index";
import { isSurelyDead, type RunHolder, thisProcess } from "../../../database/index";
import type { OpenEngine } from "./open-engine";
import { inStaging } from "./staging-folder";

const OPERATIONS = "operations";
const HOLDER = "holder.json";

/** Creates the folder of an operation, and removes those of processes that have died. Errors: those of `inStaging`. */
export async function openOperationFolder(engine: OpenEngine): Promise<string> {
  const { staging } = engine.settings;
  const holder = JSON.stringify(await thisProcess());
  return inStaging(engine, async () => {
    await sweepOperations(staging);
    const folder = join(staging, OPERATIONS, randomId());
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, HOLDER), holder);
    return folder;
  });
}

/** Removes the folders of operations whose processes have died; returns their paths. */
export async function sweepOperations(staging: string): Promise<readonly string[]> {
  const operations = join(staging, OPERATIONS);
  const removed: string[] = [];
  for (const name of await readdir(operations).catch(() => [])) {
    const folder = join(operations, name);
    const holder = await holderOf(folder);
    if (holder === undefined || !(await isSurelyDead(holder))) continue;
    await rm(folder, { recursive: true, force: true });
    removed.push(folder);
  }
  return removed;
}

/** Undefined while the folder is being created or removed. */
async function holderOf(folder: string): Promise<RunHolder | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, HOLDER), "utf8")) as RunHolder; // written above
  } catch {
    return undefined;
  }
}
