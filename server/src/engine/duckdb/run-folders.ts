import { createHash } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CallOptions, type Database, ownQuery, RegistryError } from "../../database/index";
import type { Run } from "../view-fills";
import { createInStaging, inStaging, type OpenEngine, sweepOperations } from "./process/index";

/** The staging folders of runs. The path of each has the run's fencing token, so a dead run cannot touch the files of a later one. */
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

const TOKEN = /_run(\d+)$/;

/** Databases that share the staging folder of an engine have folders of their own in it. */
export function createRunFolders(database: Database, engine: OpenEngine): RunFolders {
  const { staging } = engine.settings;
  let known: Promise<string> | undefined;
  const root = (options?: CallOptions): Promise<string> => {
    known ??= databaseName(database, options).then((name) => join(staging, `runs_${name}`));
    known.catch(() => {
      known = undefined;
    });
    return known;
  };

  return {
    async create({ runId, token, view, version, generation }, options) {
      const folder = await root(options);
      await createInStaging(engine, folder);
      const path = join(folder, `${view}_v${version}_g${generation}_run${token}`);
      const isNew = await inStaging(engine, () => createNew(path));
      if (!isNew) throw new RegistryError("run_already_loads", { runId });
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
        const token = TOKEN.exec(name)?.[1];
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

/** Names the database whose leases the tokens are, in twelve hexadecimal digits. A restored copy keeps its name. */
export async function databaseName(database: Database, options: CallOptions | undefined): Promise<string> {
  const text = `select concat_ws('.', featstore.cluster_identity(),
    (select oid from pg_catalog.pg_database where datname = current_database())) as name`;
  const [row] = await ownQuery<{ name: string }>(database, { text }, options);
  const digest = createHash("sha256").update(row?.name ?? "");
  return digest.digest("hex").slice(0, 12);
}
