import { columnsOf, compileChangedEntities, compileView, entityKeysQuery } from "@featstore/definitions";
import { FeatstoreError } from "../errors";
import type { BackfillRun, BackfillStore, ChunkPlan } from "../stores/backfill-store";
import type { SweepReport } from "../stores/offline-store";
import type { RegisteredView } from "../stores/registry";
import { sweep } from "./janitor";
import { materializationTargets } from "./materialization-targets";
import type { MaterializeDependencies, MaterializedView, MaterializeRequest } from "./materialize";
import { type ChunkedFill, materializeView } from "./materialize-view";

export interface BackfillDependencies extends MaterializeDependencies {
  readonly backfills: BackfillStore;
}

export interface BackfillRequest
  extends Pick<
    MaterializeRequest,
    "asOf" | "forceBecause" | "onProgress" | "signal" | "fillDeadlineMs" | "heartbeatMs"
  > {
  /** `lyric_sentiment` or `lyric_sentiment@2`. */
  readonly view: string;
  /** Entities in a chunk, from 1. Default: those of the interrupted backfill, or else 10,000. */
  readonly chunkEntities?: number;
  /** Gives an interrupted backfill up and begins again. Default: it is gone on with. */
  readonly restart?: boolean;
}

export interface BackfillReport {
  /** `interrupted`: it failed or was given up before its end, and the next backfill goes on with it. */
  readonly view: Omit<MaterializedView, "state"> & { readonly state: MaterializedView["state"] | "interrupted" };
  /** Null where nothing was divided yet. `resumedAt`: how many were done when it went on; null of a new one. */
  readonly chunks: { readonly done: number; readonly total: number; readonly resumedAt: number | null } | null;
  /** The interrupted run that was given up for this one. */
  readonly givenUp: BackfillRun["givenUp"];
  readonly swept: SweepReport | null;
}

export const DEFAULT_CHUNK_ENTITIES = 10_000;

/**
 * Fills and publishes a new generation of one view version in chunks of entities, one statement for each. What is cut short
 * — by a dead process, the signal or a failing chunk — keeps its chunks, and the next backfill of the version goes on after
 * them, as of the same time. The published rows are those of a full run.
 *
 * @throws FeatstoreError for a name that means no view, `chunk_entities_invalid`, `other_compiler`
 * @example
 * const { view, chunks } = await backfill(dependencies, { view: "lyric_sentiment@2", chunkEntities: 5_000 });
 */
export async function backfill(dependencies: BackfillDependencies, request: BackfillRequest): Promise<BackfillReport> {
  const { backfills, offline } = dependencies;
  const [target] = materializationTargets(await dependencies.registry.snapshot(), [request.view]);
  if (target === undefined) throw new Error("A name gives a target or an error");
  const plan = planOf(target, request.chunkEntities);
  let begun: BackfillRun | null = null;
  let chunks: BackfillReport["chunks"] = null;
  const chunkedFill: ChunkedFill = {
    async beginRun(run) {
      begun = await backfills.beginRun({ ...run, plan, isRestart: request.restart === true });
      return begun;
    },
    async fill(run, options, onChunk) {
      const resumed = begun?.resumed ?? null;
      const total =
        resumed?.chunks ??
        (await backfills.beginChunks(
          run,
          { ...plan, chunkEntities: plan.chunkEntities ?? DEFAULT_CHUNK_ENTITIES },
          options,
        ));
      const tell = (done: number, rows: number | null): void => {
        chunks = { done, total, resumedAt: resumed?.done ?? null };
        onChunk({ done, total }, rows);
      };
      tell(resumed?.done ?? 0, null);
      for (let done = resumed?.done ?? 0; done < total; ) {
        options.signal?.throwIfAborted();
        const filled = await backfills.fillChunk(run, options);
        done = filled.done;
        tell(done, filled.rows);
      }
      return backfills.endChunks(run, options);
    },
  };
  const done = await materializeView(dependencies, request, target, { position: 1, total: 1 }, null, chunkedFill);
  const canResume = done.state === "failed" && (await isInterrupted(dependencies, done.runId));
  const swept = await sweep({ offline, isDead: dependencies.isDead }).catch(() => null); // as of any materialization
  return {
    view: { ...done, state: canResume ? "interrupted" : done.state },
    chunks,
    givenUp: givenUpOf(begun),
    swept,
  };
}

// The compiler takes what a closure assigns for never assigned.
function givenUpOf(begun: BackfillRun | null): BackfillRun["givenUp"] {
  return begun?.givenUp ?? null;
}

async function isInterrupted({ offline }: BackfillDependencies, runId: string | null): Promise<boolean> {
  if (runId === null) return false;
  return (await offline.runState(runId).catch(() => undefined)) === "interrupted";
}

function planOf(
  { view, sql, parameters }: RegisteredView,
  chunkEntities: number | undefined,
): Omit<ChunkPlan, "chunkEntities"> & { readonly chunkEntities: number | null } {
  if (chunkEntities !== undefined && !(Number.isInteger(chunkEntities) && chunkEntities >= 1 && chunkEntities <= 1e9))
    throw new FeatstoreError("chunk_entities_invalid", "A chunk has from 1 to 1,000,000,000 entities.");
  const whole = compileView(view);
  if (whole.text !== sql || whole.parameters.join() !== parameters.join())
    throw new FeatstoreError(
      "other_compiler",
      `${view.name}@${view.version} was applied by another version of featstore, which computes it otherwise; materialize it instead, or apply it as a new version.`,
    );
  const compiled = compileChangedEntities(view);
  return {
    chunkEntities: chunkEntities ?? null,
    keysColumns: columnsOf(view).slice(1, 1 + view.entity.key.length),
    keysText: entityKeysQuery(view),
    sql: compiled.text,
    parameters: compiled.parameters,
  };
}
