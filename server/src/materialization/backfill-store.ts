import { instantText, MAX_KEY_BYTES } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, ownQuery } from "../database/index";
import { withRefusals } from "../registry/index";
import type { BeginRunRequest, FilledTable, Run } from "./run-types";

/** Divides a view's entities into chunks and computes one chunk. */
export interface ChunkPlan {
  /** Entities per chunk. */
  readonly chunkEntities: number;
  readonly keysColumns: readonly { readonly name: string; readonly databaseType: string }[];
  /** A query for the distinct keys of all entities. */
  readonly keysText: string;
  /** The view's rows for the entities in `changedKeysTable`. */
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
}

export interface BeginBackfillRequest extends BeginRunRequest {
  /** A null `chunkEntities` keeps the size of the interrupted backfill, if there is one. */
  readonly plan: Omit<ChunkPlan, "chunkEntities"> & { readonly chunkEntities: number | null };
  /** Discards an interrupted backfill. */
  readonly isRestart: boolean;
}

/** The reason why an interrupted backfill was discarded. */
export type GivenUpReason = "restarted" | "superseded" | "too_old" | "version_retired";

export interface BackfillRun extends Run {
  /** The progress of the interrupted backfill that this run resumes; null for a new one. */
  readonly resumed: { readonly done: number; readonly chunks: number } | null;
  /** The interrupted run that was discarded for this one. */
  readonly givenUp: { readonly runId: string; readonly why: GivenUpReason } | null;
}

export interface ChunkProgress {
  readonly done: number;
  readonly chunks: number;
  /** Rows of all chunks so far. */
  readonly rows: number;
}

/**
 * The steps of a chunked run, in place of `beginRun` and `fill`. Each step is atomic: an interrupted run keeps its finished
 * chunks, and the next `beginRun` resumes it. A refused step throws `RegistryError`.
 */
export interface BackfillStore {
  /**
   * Begins a run as `OfflineStore.beginRun` does, or resumes the view version's interrupted backfill.
   *
   * @throws RegistryError as `beginRun`, and `backfill_differs` if the interrupted one has another plan or as-of time
   */
  beginRun(request: BeginBackfillRequest, options?: CallOptions): Promise<BackfillRun>;

  /** Divides the entities of a new backfill into chunks; returns their number. */
  beginChunks(run: Run, plan: ChunkPlan, options?: CallOptions): Promise<number>;

  /** Computes the next chunk; does nothing after the last. */
  fillChunk(run: Run, options?: CallOptions): Promise<ChunkProgress>;

  /** Adds the primary key after the last chunk; the table is then as after `fill`. */
  endChunks(run: Run, options?: CallOptions): Promise<FilledTable>;
}

const SHORT_MS = 30_000;
const HOUR_MS = 3_600_000;

/** The result of `featstore.begin_backfill`. */
interface Begun {
  readonly runId: string;
  readonly token: string;
  readonly generation: number;
  readonly table: string;
  readonly asOf: string;
  readonly chunks?: number;
  readonly done?: number;
  readonly dropped?: string;
  readonly why?: GivenUpReason;
}

/** Runs backfills with the SQL functions `begin_backfill`, `begin_chunks`, `fill_chunk` and `end_chunks`. */
export function createBackfillStore(database: Database): BackfillStore {
  async function call<Result>(
    text: string,
    parameters: readonly (string | null)[],
    options: CallOptions | undefined,
    deadlineMs = HOUR_MS,
  ): Promise<Result> {
    const statement = { text: `select (${text})::text as result`, parameters };
    const [row] = await withRefusals(ownQuery<{ result: string }>(database, statement, { deadlineMs, ...options }));
    if (!row) throw new Error(`No result of ${text}`);
    return JSON.parse(row.result) as Result; // the function's documented result
  }

  const held = (run: Run): readonly string[] => [run.runId, run.token];

  return {
    async beginRun({ view, version, holder, asOf, deadToken, plan, isRestart }, options): Promise<BackfillRun> {
      const at = asOf === null ? null : instantText(asOf);
      const request = { view, version, holder, asOf: at, deadToken, plan, isRestart };
      const text = "featstore.begin_backfill($1::text::jsonb)";
      const result = await call<Begun>(text, [JSON.stringify(request)], options, SHORT_MS);
      const { runId, token, generation, table, chunks, done, dropped, why } = result;
      return {
        ...{ runId, token, view, version, generation, table, asOf: BigInt(result.asOf) },
        resumed: chunks === undefined || done === undefined ? null : { done, chunks },
        givenUp: dropped === undefined || why === undefined ? null : { runId: dropped, why },
      };
    },

    beginChunks(run, plan, options) {
      const text = "featstore.begin_chunks($1::text::bigint, $2::text::bigint, $3::text::jsonb)";
      return call<number>(text, [...held(run), JSON.stringify(plan)], options);
    },

    fillChunk(run, options) {
      return call<ChunkProgress>("featstore.fill_chunk($1::text::bigint, $2::text::bigint)", held(run), options);
    },

    endChunks(run, options) {
      const text = "featstore.end_chunks($1::text::bigint, $2::text::bigint, $3::text::integer)";
      return call<FilledTable>(text, [...held(run), String(MAX_KEY_BYTES)], options);
    },
  };
}
