import { FeatstoreError } from "../core/index";
import type { EntityChunks, ViewFills } from "../engine/index";
import type { RegisteredView } from "../registry/index";
import { sweep } from "./janitor";
import type { MaterializeDependencies, MaterializedView, MaterializeRequest } from "./materialization";
import { materializationTargets } from "./materialization-targets";
import { materializeView } from "./materialize-view";
import type { BackfillRun, SweepReport } from "./run-types";
import type { ChunkedFill } from "./view-run";

export interface BackfillRequest
  extends Pick<
    MaterializeRequest,
    "asOf" | "forceBecause" | "onProgress" | "signal" | "fillDeadlineMs" | "heartbeatMs"
  > {
  /** `speech_sentiment` or `speech_sentiment@2`. */
  readonly view: string;
  /** Entities per chunk, at least 1. Default: that of the interrupted backfill, else 10,000. */
  readonly chunkEntities?: number;
  /** Abandons an interrupted backfill and starts again. Default: the interrupted one is resumed. */
  readonly restart?: boolean;
}

export interface BackfillReport {
  /** `interrupted`: it failed or was cancelled before its end; the next backfill resumes it. */
  readonly view: Omit<MaterializedView, "state"> & { readonly state: MaterializedView["state"] | "interrupted" };
  /**
   * Null if the entities were not yet divided into chunks. `resumedAt`: chunks that were done when it was resumed; null
   * for a new one.
   */
  readonly chunks: { readonly done: number; readonly total: number; readonly resumedAt: number | null } | null;
  /** The interrupted run that was abandoned in favour of this one. */
  readonly givenUp: BackfillRun["givenUp"];
  readonly swept: SweepReport | null;
}

export const DEFAULT_CHUNK_ENTITIES = 10_000;

/**
 * Fills and publishes a new generation of one view version in chunks of entities, one statement per chunk. An
 * interrupted backfill (dead process, abort signal, failing chunk) keeps its finished chunks. The next backfill of the
 * version resumes after them with the same as-of time. The published rows equal those of a full run.
 *
 * @throws FeatstoreError for an unknown view name, `chunk_entities_invalid`, `other_compiler`, `engine_without_chunks`
 * @example
 * const { view, chunks } = await backfill(dependencies, { view: "speech_sentiment@2", chunkEntities: 5_000 });
 */
export async function backfill(
  dependencies: MaterializeDependencies,
  request: BackfillRequest,
): Promise<BackfillReport> {
  const { engine, offline } = dependencies;
  const [target] = materializationTargets(await dependencies.registry.snapshot(), [request.view]);
  if (target === undefined) throw new Error("A name gives a target or an error");
  const plan = planOf(engine, target, request.chunkEntities);
  let begun: BackfillRun | null = null;
  let chunks: BackfillReport["chunks"] = null;
  const chunkedFill: ChunkedFill = {
    async beginRun(run) {
      begun = await offline.beginBackfill({ ...run, plan, isRestart: request.restart === true });
      return begun;
    },
    async fill(run, options, onChunk) {
      const resumed = begun?.resumed ?? null;
      const total =
        resumed?.chunks ?? (await engine.beginChunks(run, plan, plan.chunkEntities ?? DEFAULT_CHUNK_ENTITIES, options));
      const reportChunk = (done: number, rows: number | null): void => {
        chunks = { done, total, resumedAt: resumed?.done ?? null };
        onChunk({ done, total }, rows);
      };
      reportChunk(resumed?.done ?? 0, null);
      for (let done = resumed?.done ?? 0; done < total; ) {
        options.signal?.throwIfAborted();
        const filled = await engine.fillChunk(run, options);
        done = filled.done;
        reportChunk(done, filled.rows);
      }
      return engine.endChunks(run, options);
    },
  };
  const done = await materializeView({
    dependencies,
    request,
    registered: target,
    position: { position: 1, total: 1 },
    changes: null,
    chunkedFill,
  });
  const canResume = done.state === "failed" && (await isInterrupted(dependencies, done.runId));
  const swept = await sweep(dependencies).catch(() => null); // as in any materialization
  return {
    view: { ...done, state: canResume ? "interrupted" : done.state },
    chunks,
    givenUp: givenUpOf(begun),
    swept,
  };
}

// TypeScript assumes that a variable assigned in a closure is never assigned.
function givenUpOf(begun: BackfillRun | null): BackfillRun["givenUp"] {
  return begun?.givenUp ?? null;
}

async function isInterrupted({ offline }: MaterializeDependencies, runId: string | null): Promise<boolean> {
  if (runId === null) return false;
  return (await offline.runState(runId).catch(() => undefined)) === "interrupted";
}

function planOf(
  engine: Pick<ViewFills, "planChunks">,
  registered: RegisteredView,
  chunkEntities: number | undefined,
): EntityChunks & { readonly chunkEntities: number | null } {
  if (chunkEntities !== undefined && !(Number.isInteger(chunkEntities) && chunkEntities >= 1 && chunkEntities <= 1e9))
    throw new FeatstoreError("chunk_entities_invalid", "Expected a chunk of 1 to 1,000,000,000 entities.");
  const chunks = engine.planChunks(registered);
  if (chunks === null) {
    const { name, version } = registered.view;
    throw new FeatstoreError(
      "other_compiler",
      `${name}@${version} was applied by another version of featstore, which computes it differently; materialize it instead, or apply it as a new version.`,
    );
  }
  return { chunkEntities: chunkEntities ?? null, ...chunks };
}
