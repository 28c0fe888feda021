import { instantText, type Profile } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, ownQuery, type RunHolder, withRefusals } from "../database/index";
import type { FillProgress, Run } from "../engine/index";
import { parseExactJson } from "./exact-json";
import type {
  BackfillRun,
  BeginBackfillRequest,
  BeginRunRequest,
  ComparedRows,
  GenerationName,
  GivenUpReason,
  Lease,
  PublishDetails,
  Repairs,
  RunFailure,
  RunState,
  RunWarning,
  SweepReport,
} from "./run-types";

/**
 * Records runs, and reads and publishes the tables that they fill: how they are filled is the engine's part. Each step is
 * atomic; a refused one throws `RegistryError`. Cleans up after interrupted runs.
 */
export interface RunLog {
  /**
   * Acquires the view version's lease and starts a run. A dead run's lease is taken over, and that run is cleaned up.
   *
   * @throws RegistryError `run_in_progress` (parameters `token`, `holder`, `runId`), `view_not_applied`, `as_of_in_future`
   */
  beginRun(request: BeginRunRequest, options?: CallOptions): Promise<Run>;

  /**
   * Begins a run as `beginRun` does, whose table is filled in chunks, or resumes the view version's interrupted backfill.
   *
   * @throws RegistryError as `beginRun`, and `backfill_differs` if the interrupted one has another plan or as-of time
   */
  beginBackfill(request: BeginBackfillRequest, options?: CallOptions): Promise<BackfillRun>;

  /** Renews a lease for half a minute; false if another holder has it. */
  heartbeat(run: Pick<Run, "token">, options?: CallOptions): Promise<boolean>;

  /** Stores how far the engine has come with a running run. */
  noteProgress(run: Pick<Run, "runId">, progress: FillProgress, options?: CallOptions): Promise<void>;

  /** Runs a query over the run's table under its lease; returns the rows as JSON objects. */
  inspect(run: Run, query: string, options?: CallOptions): Promise<readonly Readonly<Record<string, unknown>>[]>;

  /** Finds the key, including `_tenant`, of a row in which the column is NaN or infinite; null if there is none. */
  nonFiniteExample(run: Run, column: string, options?: CallOptions): Promise<Readonly<Record<string, string>> | null>;

  /** Returns the row count of the currently served generation; null if there is none. */
  servedRows(run: Run, options?: CallOptions): Promise<number | null>;

  /** Makes the run's generation the served one and ends the run; returns the registry's new revision. */
  publish(run: Run, details: PublishDetails, options?: CallOptions): Promise<number>;

  /** Adds a warning to a published run. */
  addWarning(runId: string, warning: RunWarning, options?: CallOptions): Promise<void>;

  /**
   * Stores the comparison of a published run's rows, and adds its warning to the run. A difference of a view version stays until a
   * newer comparison of the same rows' path, or of the servers' path, finds none.
   */
  noteReadBack(runId: string, compared: ComparedRows, options?: CallOptions): Promise<void>;

  /**
   * Ends the run without publishing; false if it has already ended. Its table is dropped or, if it breaks contracts, kept
   * until a later one is published or kept.
   */
  failRun(run: Run, failure: RunFailure, options?: CallOptions): Promise<boolean>;

  /** Compares the published generation with `before`, which has the same as-of time, and stores the differences with its run. */
  noteRepairs(published: GenerationName, before: number, options?: CallOptions): Promise<Repairs>;

  /** Returns the generation's profile, computing and storing it with the query if needed; null if its table is gone. */
  profile(generation: GenerationName, query: string, options?: CallOptions): Promise<Profile | null>;

  /** Updates the view's vector search tables to a published generation, indexes them and measures their recall. */
  keepVectors(generation: GenerationName, options?: CallOptions): Promise<void>;

  /** Returns the state of a run. */
  runState(runId: string, options?: CallOptions): Promise<RunState | undefined>;

  leases(options?: CallOptions): Promise<readonly Lease[]>;

  /** Removes leftovers of dead runs and replaced generations, and repairs SQL views. Safe at any time from any process. */
  sweep(deadTokens: readonly string[], options?: CallOptions): Promise<SweepReport>;
}

/** Stored runs per view version. */
const MAX_STORED_RUNS = 1000;
/** The embedded database is blocked while it builds an index. */
const MAX_INDEXED_EMBEDDED = 10_000;
const SHORT_MS = 30_000;
const HOUR_MS = 3_600_000;

// A comparison of PostgreSQL's statements alone does not clear a difference of an online store.
const NOTE_READ_BACK = `
with noted as (
  insert into featstore.read_backs as known (view, version, generation, through_store, differs)
  select view, version, generation, $2::text::boolean, $3::text is not null from featstore.runs
    where run_id = $1::text::bigint
  on conflict (view, version) do update set generation = excluded.generation, differs = excluded.differs,
      through_store = excluded.through_store or (known.differs and known.through_store)
    where excluded.generation >= known.generation
      and (excluded.differs or excluded.through_store or not (known.differs and known.through_store))
)
update featstore.runs set warnings = warnings || $3::text::jsonb
  where run_id = $1::text::bigint and $3::text is not null`;

interface BegunRun {
  readonly runId: string;
  readonly token: string;
  readonly generation: number;
  readonly table: string;
  readonly asOf: string;
}

/** The result of `featstore.begin_backfill`. */
interface BegunBackfill extends BegunRun {
  readonly chunks?: number;
  readonly done?: number;
  readonly dropped?: string;
  readonly why?: GivenUpReason;
}

/** Keeps the run log with the functions of the migrations, in schemas `featstore` and `features`. */
export function createRunLog(database: Database): RunLog {
  // Returns a function's single value, which the statement names `result`.
  async function call<Result extends string | number | boolean | null>(
    text: string,
    parameters: readonly (string | null)[],
    options: CallOptions | undefined,
    deadlineMs = SHORT_MS,
  ): Promise<Result> {
    const rows = await withRefusals(
      ownQuery<{ result: Result }>(
        database,
        { text: `select ${text} as result`, parameters },
        { deadlineMs, ...options },
      ),
    );
    const [row] = rows;
    if (!row) throw new Error(`No result of ${text}`);
    return row.result;
  }

  const held = (run: Run): readonly string[] => [run.runId, run.token];

  return {
    async beginRun({ view, version, holder, asOf, deadToken }, options) {
      const text = await call<string>(
        "featstore.begin_run($1::text, $2::text::integer, $3::text::jsonb, $4::text::timestamptz, $5::text::bigint)",
        [view, String(version), JSON.stringify(holder), asOf === null ? null : instantText(asOf), deadToken ?? null],
        options,
      );
      const begun = JSON.parse(text) as BegunRun; // the function's documented result
      return { ...begun, view, version, asOf: BigInt(begun.asOf) };
    },

    async beginBackfill({ view, version, holder, asOf, deadToken, plan, isRestart }, options) {
      const at = asOf === null ? null : instantText(asOf);
      const request = { view, version, holder, asOf: at, deadToken, plan, isRestart };
      const text = await call<string>(
        "(featstore.begin_backfill($1::text::jsonb))::text",
        [JSON.stringify(request)],
        options,
      );
      const { chunks, done, dropped, why, ...begun } = JSON.parse(text) as BegunBackfill; // the function's documented result
      return {
        ...{ runId: begun.runId, token: begun.token, generation: begun.generation, table: begun.table },
        ...{ view, version, asOf: BigInt(begun.asOf) },
        resumed: chunks === undefined || done === undefined ? null : { done, chunks },
        givenUp: dropped === undefined || why === undefined ? null : { runId: dropped, why },
      };
    },

    heartbeat(run, options) {
      return call<boolean>("featstore.heartbeat($1::text::bigint)", [run.token], options);
    },

    async noteProgress({ runId }, progress, options) {
      const text =
        "update featstore.runs set progress = $2::text::jsonb where run_id = $1::text::bigint and state = 'running'";
      const parameters = [runId, JSON.stringify(progress)];
      await database.query({ text, parameters }, { deadlineMs: SHORT_MS, ...options });
    },

    async inspect(run, query, options) {
      const rows = await withRefusals(
        ownQuery<{ result: string }>(
          database,
          {
            text: "select result from featstore.inspect($1::text::bigint, $2::text::bigint, $3::text) as result",
            parameters: [...held(run), query],
          },
          { deadlineMs: HOUR_MS, ...options },
        ),
      );
      return rows.map((row) => parseExactJson(row.result) as Readonly<Record<string, unknown>>); // to_jsonb of a row is an object
    },

    async nonFiniteExample(run, column, options) {
      const text = await call<string | null>(
        "featstore.non_finite_example($1::text::bigint, $2::text::bigint, $3::text)",
        [...held(run), column],
        options,
      );
      return text === null ? null : (JSON.parse(text) as Readonly<Record<string, string>>); // an object of texts
    },

    async servedRows({ view, version }, options) {
      const rows = await call<string | null>(
        `(select g.rows::text from featstore.feature_views as v
          join featstore.generations as g on g.view = v.name and g.version = v.version and g.generation = v.served_generation
          where v.name = $1::text and v.version = $2::text::integer)`,
        [view, String(version)],
        options,
      );
      return rows === null ? null : Number(rows);
    },

    async publish(run, { unparsed = {}, nulls, forced, warnings = [], keepsHistory = false }, options) {
      const details = {
        unparsed,
        nulls,
        warnings,
        broken: forced?.brokenContracts,
        reason: forced?.reason,
        keepsHistory,
      };
      return Number(
        await call<string>(
          "featstore.publish($1::text::bigint, $2::text::bigint, $3::text::jsonb)",
          [...held(run), JSON.stringify(details)],
          options,
        ),
      );
    },

    async addWarning(runId, warning, options) {
      await database.query(
        {
          text: "update featstore.runs set warnings = warnings || $2::text::jsonb where run_id = $1::text::bigint",
          parameters: [runId, JSON.stringify([warning])],
        },
        options,
      );
    },

    async noteReadBack(runId, { throughStore, warning }, options) {
      const parameters = [runId, String(throughStore), warning === null ? null : JSON.stringify([warning])];
      await database.query({ text: NOTE_READ_BACK, parameters }, options);
    },

    failRun(run, { code, message, brokenContracts }, options) {
      return call<boolean>(
        "featstore.fail_run($1::text::bigint, $2::text::bigint, $3::text, $4::text, $5::text::jsonb)",
        [...held(run), code, message, brokenContracts === undefined ? null : JSON.stringify(brokenContracts)],
        options,
      );
    },

    async noteRepairs({ view, version, generation }, before, options) {
      const text = await call<string>(
        "featstore.note_repairs($1::text, $2::text::integer, $3::text::integer, $4::text::integer)",
        [view, String(version), String(before), String(generation)],
        options,
        HOUR_MS,
      );
      return parseExactJson(text) as Repairs; // the function's documented result
    },

    async profile({ view, version, generation }, query, options) {
      const text = await call<string | null>(
        "featstore.profile($1::text, $2::text::integer, $3::text::integer, $4::text)",
        [view, String(version), String(generation), query],
        options,
        HOUR_MS,
      );
      return text === null ? null : (JSON.parse(text) as Profile); // the query's documented result
    },

    async keepVectors({ view, version, generation }, options) {
      await call<string>(
        "featstore.keep_vectors($1::text, $2::text::integer, $3::text::integer, $4::text::bigint)",
        [view, String(version), String(generation), database.kind === "postgres" ? null : String(MAX_INDEXED_EMBEDDED)],
        options,
        HOUR_MS,
      );
    },

    async runState(runId, options) {
      const state = await call<RunState | null>(
        "(select state from featstore.runs where run_id = $1::text::bigint)",
        [runId],
        options,
      );
      return state ?? undefined;
    },

    async leases(options) {
      const rows = await database.query<{ name: string; token: string; holder: string }>(
        { text: "select name, token::text as token, holder from featstore.leases order by name" },
        { deadlineMs: SHORT_MS, ...options },
      );
      // Written by `begin_run` from a RunHolder.
      return rows.map(({ name, token, holder }): Lease => ({ name, token, holder: JSON.parse(holder) as RunHolder }));
    },

    async sweep(deadTokens, options) {
      const text = await call<string>(
        "featstore.sweep_backfills(featstore.sweep($1::text::bigint[]))",
        [`{${deadTokens.join(",")}}`],
        options,
        2 * SHORT_MS,
      );
      await call("featstore.prune_runs($1::text::bigint)::text", [String(MAX_STORED_RUNS)], options);
      await call("featstore.prune_reads()::text", [], options);
      return JSON.parse(text) as SweepReport; // the function's documented result
    },
  };
}
