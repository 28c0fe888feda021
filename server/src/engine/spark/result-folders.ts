import { type CallOptions, type Database, RegistryError } from "../../database/index";
import { runFolderName, runsFolderName, runTokenIn } from "../folder-names";
import type { Run } from "../view-fills";
import type { OpenSpark } from "./open-spark";
import { openResultsBucket } from "./results-bucket";

/** The folders of runs in the bucket of a Spark engine. */
export interface ResultFolders {
  /**
   * Returns the path of a run's folder, `s3://…`, and how to remove it. Errors: those of `ResultsBucket`.
   *
   * @throws RegistryError `run_already_loads` if it has files: another process has the same token
   */
  create(run: Run, options?: CallOptions): Promise<{ readonly path: string; remove(): Promise<void> }>;
  /** Removes the folders of runs whose tokens are not among the live ones; returns their paths. */
  sweep(liveTokens: () => Promise<readonly string[]>): Promise<readonly string[]>;
}

export function createResultFolders(database: Database, engine: OpenSpark): ResultFolders {
  const bucket = openResultsBucket(engine);

  return {
    async create(run, options) {
      const folder = `${await runsFolderName(database, options)}/${runFolderName(run)}`;
      if (await bucket.has(`${folder}/`)) throw new RegistryError("run_already_loads", { runId: run.runId });
      return { path: bucket.pathOf(folder), remove: () => bucket.remove([`${folder}/`]) };
    },

    async sweep(liveTokens) {
      const runs = await runsFolderName(database);
      const names = (await bucket.namesIn(`${runs}/`)).filter((name) => runTokenIn(name) !== undefined);
      if (names.length === 0) return [];
      const live = new Set(await liveTokens());
      const ended = names.filter((name) => !live.has(runTokenIn(name) ?? "")).map((name) => `${runs}/${name}/`);
      await bucket.remove(ended);
      return ended.map((folder) => bucket.pathOf(folder));
    },
  };
}
