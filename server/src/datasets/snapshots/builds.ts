import { type Actor, FeatstoreError, problemOf } from "../../core/index";
import type { RegisteredDataset } from "../dataset-types";
import { type BuildDependencies, type BuiltSnapshot, buildSnapshot } from "./build-snapshot";
import type { StoredBuild } from "./build-store";
import { beginBuild, keepBuild, type LeaseDependencies } from "./held-build";

export interface StartedBuild {
  readonly id: string;
  /** Rejects as `buildSnapshot` does, after the failure was stored. */
  readonly done: Promise<BuiltSnapshot>;
}

export interface BuildOptions {
  readonly actor: Actor;
  readonly signal?: AbortSignal;
  /** Called with the number of rows read so far. */
  readonly onProgress?: (rows: number) => void;
}

/** Builds snapshots, one per dataset at a time. */
export interface Builds {
  /**
   * Begins to build a dataset and returns once it holds the lease. Errors: `dataset_build_running`, `store_unavailable`.
   *
   * @example const { id, version } = await (await builds.start(dataset, { actor })).done;
   */
  start(dataset: RegisteredDataset, options: BuildOptions): Promise<StartedBuild>;
  /** Errors: `dataset_build_not_found`. */
  read(dataset: string, id: string): Promise<StoredBuild>;
  /** Ends the builds of this process, which then count as interrupted. */
  close(): Promise<void>;
}

export function createBuilds(dependencies: BuildDependencies & LeaseDependencies): Builds {
  const { builds } = dependencies;
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();

  return {
    async start(dataset, { actor, signal, onProgress }) {
      const held = await beginBuild(dependencies, dataset.definition.name, actor);
      const kept = keepBuild(
        builds,
        held,
        signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]),
      );
      const progress = (rows: number) => {
        kept.progress(rows);
        onProgress?.(rows);
      };
      const done = buildSnapshot(dependencies, dataset, { ...kept, progress }, actor)
        .catch(async (error: unknown) => {
          // The database may be the reason; then the lease ends by itself.
          await builds.fail(held, failureOf(error, kept.signal)).catch(() => undefined);
          throw error;
        })
        .finally(() => kept.release());
      const settled = done.catch(() => undefined).finally(() => running.delete(settled));
      running.add(settled);
      return { id: held.id, done };
    },

    async read(dataset, id) {
      const found = await builds.read(dataset, id);
      if (found !== undefined) return found;
      throw new FeatstoreError(
        "dataset_build_not_found",
        `The dataset "${dataset}" has no build ${JSON.stringify(id.slice(0, 40))}.`,
      );
    },

    async close() {
      closing.abort(new FeatstoreError("dataset_build_interrupted", "The server stopped during the build."));
      await Promise.all(running);
    },
  };
}

/** A failure as it is stored and shown: internal faults reveal nothing. */
function failureOf(error: unknown, signal: AbortSignal) {
  const cause = signal.aborted && signal.reason instanceof FeatstoreError ? signal.reason : error;
  if (cause instanceof FeatstoreError) return { code: cause.code, detail: cause.detail };
  if (signal.aborted) return { code: "dataset_build_interrupted", detail: "The build was stopped." };
  const { code, detail } = problemOf(cause, "");
  return { code, detail };
}
