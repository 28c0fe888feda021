import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CallOptions, type Database, RegistryError } from "../../database/index";
import { runFolderName, runsFolderName, runTokenIn } from "../folder-names";
import type { Run } from "../view-fills";
import { createInStaging, inStaging, type OpenEngine, sweepOperations } from "./process/index";

/** The staging folders of runs. */
export interface RunFolders {
  /**
   * Creates the folder of a run, and returns its path and how to remove it. Errors: those of `inStaging`.
   *
   * @throws RegistryError `run_already_loads` if it exists: another process has the same token
   */
  create(run: Run, options?: CallOptions): Promise<{ readonly path: string; remove(): Promise<void> }>;
  /** Removes the folders of runs whose tokens are not among the live ones, and of operations of dead processes; returns their paths. */
  sweep(liveTokens: () => Promise<readonly string[]>): Promise<readonly string[]>;
}

export function createRunFolders(database: Database, engine: OpenEngine): RunFolders {
  const { staging } = engine.settings;
  let known: Promise<string> | undefined;
  const root = (options?: CallOptions): Promise<string> => {
    known ??= runsFolderName(database, options).then((name) => join(staging, name));
    known.catch(() => {
      known = undefined;
    });
    return known;
  };

  return {
    async create(run, options) {
      const folder = await root(options);
      await createInStaging(engine, folder);
      const path = join(folder, runFolderName(run));
      const isNew = await inStaging(engine, () => createNew(path));
      if (!isNew) throw new RegistryError("run_already_loads", { runId: run.runId });
      return { path, remove: () => rm(path, { recursive: true, force: true }) };
    },

    async sweep(liveTokens) {
      const dead = await sweepOperations(staging);
      const folder = await root();
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return [];
        throw error;
      });
      const runs = names.flatMap((name) => {
        const token = runTokenIn(name);
        return token === undefined ? [] : [{ path: join(folder, name), token }];
      });
      if (runs.length === 0) return dead;
      const live = new Set(await liveTokens());
      const ended = runs.filter(({ token }) => !live.has(token)).map(({ path }) => path);
      for (const path of ended) await rm(path, { recursive: true, force: true });
      return [...dead, ...ended];
    },
  };
}

/** Creates a folder and returns true, or false if it exists. */
async function createNew(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false; // of node:fs
    throw error;
  }
}
