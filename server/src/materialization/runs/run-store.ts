import type { CallOptions, Database } from "../../database/index";
import type { FillProgress } from "../../engine/index";
import { parseExactJson } from "../exact-json";
import type { BrokenContract, Repairs, RunState, RunWarning } from "../run-types";

/** A past or active run. Times are microseconds since 1970 UTC. */
export interface ListedRun {
  readonly runId: string;
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  readonly state: RunState;
  readonly kind: "full" | "incremental";
  /** Entities recomputed by an incremental run; null for a full run. */
  readonly recomputed: number | null;
  /** The reason why a run that was requested as incremental is full. */
  readonly whyFull: string | null;
  readonly asOf: bigint;
  /** The generation includes all earlier PostgreSQL transactions; null if it is not stored. */
  readonly watermark: string | null;
  /** Errors of incremental runs found by a reconciling run; null if it did not reconcile. The examples contain entity keys. */
  readonly repaired: Repairs | null;
  readonly startedAt: bigint;
  readonly finishedAt: bigint | null;
  /** Rows of the whole generation; null before it is loaded. */
  readonly rows: number | null;
  readonly ignoredRows: number | null;
  /** Progress of an active or interrupted backfill; null for other runs. */
  readonly chunks: { readonly done: number; readonly total: number } | null;
  /** The stages and tasks that the engine of a running run has started so far; null if it reports none. */
  readonly progress: FillProgress | null;
  /** `message` may contain an entity key. */
  readonly failure: { readonly code: string; readonly message: string | null } | null;
  /** The examples contain entity keys. */
  readonly brokenContracts: readonly BrokenContract[];
  readonly forcedBecause: string | null;
  readonly warnings: readonly RunWarning[];
  /** Null if no files were read, or the run ended before it loaded rows. */
  readonly readFiles: RunFiles | null;
  /** Null if no Iceberg tables were read, or the run ended before it loaded rows. */
  readonly readTables: RunTables | null;
}

/** The files that an engine's run read, as they were when it began. */
export interface RunFiles {
  readonly engine: string;
  readonly count: number;
  readonly bytes: number;
  readonly digest: string;
  /** The first ten by their paths. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly changed_at: string }[];
}

/** The Iceberg tables that an engine's run read. `snapshot`: null for a table that never had one. */
export type RunTables = readonly { readonly table: string; readonly snapshot: string | null }[];

export interface RunQuery {
  readonly view?: string;
  readonly version?: number;
  readonly state?: RunState;
  readonly limit: number;
  /** Lists only runs before this one. */
  readonly before?: string;
  /** Lists only runs of these views; absent: of all. */
  readonly views?: readonly string[];
}

export interface RunStore {
  /** Lists runs, newest first. */
  list(query: RunQuery, options?: CallOptions): Promise<readonly ListedRun[]>;
}

const SHORT_MS = 15_000;

interface RunRow {
  readonly run_id: string;
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  readonly state: RunState;
  readonly kind: "full" | "incremental";
  readonly recomputed: string | null;
  readonly why_full: string | null;
  readonly repaired: string | null;
  readonly as_of: string;
  readonly horizon: string | null;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly rows: string | null;
  readonly ignored_rows: string | null;
  readonly chunks: string | null;
  readonly progress: string | null;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly broken_contracts: string | null;
  readonly forced_because: string | null;
  readonly warnings: string;
  readonly read_files: string | null;
  readonly read_tables: string | null;
}

/** More would make a page of runs large. */
const MAX_FILES = 10;

const RUNS = `
select r.run_id::text as run_id, r.view, r.version, r.generation, r.state, r.kind, r.recomputed::text as recomputed, r.why_full, r.repaired::text as repaired,
  featstore.epoch_microseconds(r.as_of)::text as as_of, g.horizon::text as horizon,
  featstore.epoch_microseconds(r.started_at)::text as started_at,
  featstore.epoch_microseconds(r.finished_at)::text as finished_at,
  r.rows::text as rows, r.ignored_rows::text as ignored_rows, r.failure_code, r.failure_message,
  r.broken_contracts::text as broken_contracts, r.forced_because, r.warnings::text as warnings,
  (select (g.read_files || jsonb_build_object('engine', g.engine, 'files', coalesce(jsonb_agg(
      jsonb_build_object('path', file -> 0, 'bytes', file -> 1, 'changed_at', file -> 2) order by position), '[]')))::text
    from jsonb_array_elements(g.read_files -> 'files') with ordinality as files (file, position)
    where position <= ${MAX_FILES}) as read_files,
  g.read_tables::text as read_tables,
  case when b.run_id is not null and r.state in ('running', 'interrupted')
    then jsonb_build_object('done', b.done, 'total', b.chunks)::text end as chunks,
  case when r.state = 'running' then r.progress::text end as progress
from featstore.runs as r
left join featstore.generations as g on g.run_id = r.run_id
left join featstore.backfills as b on b.run_id = r.run_id
where ($1::text is null or r.view = $1::text)
  and ($2::text is null or r.version = $2::text::integer)
  and ($3::text is null or r.state = $3::text)
  and ($4::text is null or r.run_id < $4::text::bigint)
  and ($6::text is null or r.view in (select jsonb_array_elements_text($6::text::jsonb)))
order by r.run_id desc
limit $5::text::bigint`;

/** Lists runs from schema `featstore`. */
export function createRunStore(database: Database): RunStore {
  return {
    async list({ view, version, state, limit, before, views }, options) {
      const parameters = [
        view ?? null,
        version === undefined ? null : String(version),
        state ?? null,
        before ?? null,
        String(limit),
        views === undefined ? null : JSON.stringify(views),
      ];
      const rows = await database.query<RunRow>({ text: RUNS, parameters }, { deadlineMs: SHORT_MS, ...options });
      return rows.map(runOf);
    },
  };
}

function runOf(row: RunRow): ListedRun {
  const number = (text: string | null): number | null => (text === null ? null : Number(text));
  return {
    runId: row.run_id,
    view: row.view,
    version: row.version,
    generation: row.generation,
    state: row.state,
    kind: row.kind,
    recomputed: number(row.recomputed),
    whyFull: row.why_full,
    repaired: row.repaired === null ? null : (parseExactJson(row.repaired) as Repairs), // written by `note_repairs`
    asOf: BigInt(row.as_of),
    watermark: row.horizon,
    startedAt: BigInt(row.started_at),
    finishedAt: row.finished_at === null ? null : BigInt(row.finished_at),
    rows: number(row.rows),
    ignoredRows: number(row.ignored_rows),
    chunks: row.chunks === null ? null : (JSON.parse(row.chunks) as ListedRun["chunks"]), // built by the query
    progress: row.progress === null ? null : (JSON.parse(row.progress) as FillProgress), // written by `noteProgress`
    failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message },
    // `fail_run` and `publish` write BrokenContracts.
    brokenContracts: parseExactJson(row.broken_contracts ?? "[]") as readonly BrokenContract[],
    forcedBecause: row.forced_because,
    warnings: JSON.parse(row.warnings) as readonly RunWarning[], // RunWarnings written by `publish`
    readFiles: row.read_files === null ? null : (JSON.parse(row.read_files) as RunFiles), // built by the query
    readTables: row.read_tables === null ? null : (JSON.parse(row.read_tables) as RunTables), // written by load-rows.ts
  };
}
