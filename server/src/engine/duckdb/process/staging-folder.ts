import { mkdir, stat } from "node:fs/promises";
import { fullDisk } from "../../../core/index";
import { EngineError } from "../../engine-error";
import type { OpenEngine } from "./open-engine";

type Staging = Pick<OpenEngine, "name"> & { readonly settings: Pick<OpenEngine["settings"], "staging"> };

/** Creates a folder in the staging folder of an engine, with those above it. Errors: those of `inStaging`. */
export async function createInStaging(engine: Staging, folder: string): Promise<void> {
  await inStaging(engine, () => mkdir(folder, { recursive: true, mode: 0o700 }));
}

/** Runs a step that changes folders in the staging folder of an engine. Errors: `engine_staging_unusable`, `engine_disk_full`. */
export async function inStaging<Result>(engine: Staging, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    const { found, advice } = await stagingFault(engine, error);
    const code = fullDisk(error) === undefined ? "engine_staging_unusable" : "engine_disk_full";
    throw new EngineError(code, `The staging folder of engine "${engine.name}" cannot be used: ${found}; ${advice}.`, {
      cause: error,
    });
  }
}

/** Says what is wrong with a staging folder in which a step failed, and what to do. */
export async function stagingFault(
  { name, settings: { staging } }: Staging,
  error: unknown,
): Promise<{ readonly found: string; readonly advice: string }> {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const found = `${staging} is not writable (${code})`;
  const other = `name another folder in engines.${name}.staging`;
  if (fullDisk(error) !== undefined) return { found, advice: `free space, or ${other}` };
  if (code === "ENOTDIR" || code === "EEXIST")
    return { found, advice: `a file is in its place or above it: move that, or ${other}` };
  const isMissing = await stat(staging).then(
    () => false,
    (reason: NodeJS.ErrnoException) => reason.code === "ENOENT",
  );
  return {
    found,
    advice: isMissing
      ? `create it for the user that runs Featstore, or ${other}`
      : `let the user that runs Featstore read and write it and all that is in it, or ${other}`,
  };
}
