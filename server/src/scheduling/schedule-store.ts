import { instantText } from "@featstore/definitions/compiler";
import type { CallOptions, Database, RunHolder, Value } from "../database/index";
import type { RunState } from "../materialization/index";

/** The server that starts scheduled runs. */
export interface SchedulerLeader {
  /** Its fencing token: its writes are refused once another server leads. */
  readonly token: string;
  readonly holder: RunHolder;
  /** Microseconds since 1970 UTC. */
  readonly since: bigint;
}

export type RunMode = "incremental" | "reconcile";

/** A view version's newest run, scheduled or not. Times are microseconds since 1970 UTC. */
export interface LastRun {
  readonly runId: string;
  readonly state: RunState;
  readonly asOf: bigint;
  readonly startedAt: bigint;
  readonly finishedAt: bigint | null;
  readonly failureCode: string | null;
  /** The holder and whether its lease is valid; null unless it is running. */
  readonly lease: { readonly holder: RunHolder; readonly isLive: boolean } | null;
}

/** The schedule state of a view version. Times are microseconds since 1970 UTC. */
export interface ScheduleState {
  readonly view: string;
  readonly version: number;
  /** The schedule of `seenAt`, `0 3 * * * UTC`; null before the first. */
  readonly schedule: string | null;
  /** The latest scheduled time that was handled, by a run or a skip. */
  readonly seenAt: bigint | null;
  /** The scheduled run whose end is not recorded yet. */
  readonly claim: { readonly token: string; readonly at: bigint; readonly mode: RunMode } | null;
  /** The time of the last scheduled run that recomputed every row. */
  readonly reconciledAt: bigint | null;
  /** Consecutive failed runs. */
  readonly failures: number;
  readonly failureCode: string | null;
  readonly retryAt: bigint | null;
  /** Times that were skipped during a run, and the latest of them. */
  readonly skipped: number;
  readonly skippedAt: bigint | null;
  readonly lastRun: LastRun | null;
  /** Duration of the newest published run in milliseconds; null before the first. */
  readonly publishedMs: number | null;
}

export interface ScheduleClaim {
  /** The caller's leader token. */
  readonly leader: string;
  readonly view: string;
  readonly version: number;
  readonly schedule: string | null;
  /** The latest time of the schedule; null if there is none. */
  readonly seenAt: bigint | null;
  readonly mode: RunMode;
}

/** The outcome of a claimed run. `retryAt` is the time of the next attempt, in microseconds since 1970 UTC. */
export type ScheduleOutcome =
  /** `reconciledAt` is its start if it recomputed every row. */
  | { readonly kind: "published"; readonly reconciledAt: bigint | null }
  | { readonly kind: "failed"; readonly code: string; readonly retryAt: bigint }
  /** Not started because another run of the view was active. */
  | { readonly kind: "skipped" }
  /** Aborted by a stopping server; the next leader starts it again. */
  | { readonly kind: "interrupted"; readonly retryAt: bigint };

/** Stores the servers' shared state of scheduled runs. */
export interface ScheduleStore {
  /**
   * Acquires leadership, renews it for half a minute, or returns the current leader. `token` is the caller's current token,
   * `deadToken` the token of a leader known to be dead. Null if there is no leader.
   */
  tryLead(
    request: { readonly holder: RunHolder; readonly token: string | null; readonly deadToken?: string },
    options?: CallOptions,
  ): Promise<(SchedulerLeader & { readonly isCaller: boolean }) | null>;

  /** Steps down, so that another server can lead at once. */
  stepDown(token: string, options?: CallOptions): Promise<void>;

  /** Returns the leader; null if there is none or its lease expired. */
  leader(options?: CallOptions): Promise<SchedulerLeader | null>;

  /** Lists the state of every version that is not retired, by name and version. */
  states(options?: CallOptions): Promise<readonly ScheduleState[]>;

  /** Records the start of a run and returns its claim. Null if the caller no longer leads or a run is active. */
  claim(claim: ScheduleClaim, options?: CallOptions): Promise<string | null>;

  /** Records a time skipped during a run. False if it is already recorded or the caller no longer leads. */
  skip(skipped: Omit<ScheduleClaim, "mode"> & { readonly seenAt: bigint }, options?: CallOptions): Promise<boolean>;

  /** Records the end of a claimed run. False if it is already recorded. */
  settle(claim: string, outcome: ScheduleOutcome, options?: CallOptions): Promise<boolean>;
}

const SHORT_MS = 15_000;

interface StateRow {
  readonly view: string;
  readonly version: number;
  readonly schedule: string | null;
  readonly seen_at: string | null;
  readonly claim: string | null;
  readonly claimed_at: string | null;
  readonly claimed_mode: RunMode | null;
  readonly reconciled_at: string | null;
  readonly failures: number;
  readonly failure_code: string | null;
  readonly retry_at: string | null;
  readonly skipped: string;
  readonly skipped_at: string | null;
  readonly run_id: string | null;
  readonly run_state: RunState | null;
  readonly as_of: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly run_failure_code: string | null;
  readonly holder: string | null;
  readonly is_live: boolean | null;
  readonly published_ms: number | null;
}

const micros = (column: string) => `featstore.epoch_microseconds(${column})::text`;

const STATES = `
select v.name as view, v.version, s.schedule, ${micros("s.seen_at")} as seen_at, s.claim::text as claim,
  ${micros("s.claimed_at")} as claimed_at, s.claimed_mode, ${micros("s.reconciled_at")} as reconciled_at,
  coalesce(s.failures, 0) as failures, s.failure_code, ${micros("s.retry_at")} as retry_at,
  coalesce(s.skipped, 0)::text as skipped, ${micros("s.skipped_at")} as skipped_at,
  last.run_id::text as run_id, last.state as run_state, ${micros("last.as_of")} as as_of,
  ${micros("last.started_at")} as started_at, ${micros("last.finished_at")} as finished_at,
  last.failure_code as run_failure_code, l.holder::text as holder, l.expires_at > clock_timestamp() as is_live,
  (extract(epoch from published.finished_at - published.started_at) * 1000)::float8 as published_ms
from featstore.feature_views as v
left join featstore.schedules as s on s.view = v.name and s.version = v.version
left join lateral (
  select * from featstore.runs as r where r.view = v.name and r.version = v.version order by r.run_id desc limit 1
) as last on true
left join lateral (
  select * from featstore.runs as r
    where r.view = v.name and r.version = v.version and r.state = 'published' order by r.run_id desc limit 1
) as published on true
left join featstore.leases as l on l.run_id = last.run_id and last.state = 'running'
where featstore.view_state(v) <> 'retired'
order by v.name, v.version`;

const SETTLE = `
update featstore.schedules set claim = null, claimed_at = null, claimed_mode = null,
    reconciled_at = coalesce($3::text::timestamptz, reconciled_at),
    failures = case $2::text when 'published' then 0 when 'failed' then failures + 1 else failures end,
    failure_code = case $2::text when 'published' then null when 'failed' then $4::text else failure_code end,
    retry_at = $5::text::timestamptz,
    skipped = case $2::text when 'skipped' then skipped + 1 else skipped end,
    skipped_at = case $2::text when 'skipped' then claimed_at else skipped_at end
  where claim = $1::text::bigint
  returning view`;

/** Stores schedules in the tables of `migrations/tables/04-scheduling.sql`. */
export function createScheduleStore(database: Database): ScheduleStore {
  const queryResult = async <Result extends Value>(
    text: string,
    parameters: readonly (string | null)[],
    options: CallOptions | undefined,
  ): Promise<Result | null> => {
    const [row] = await database.query<{ result: Result }>({ text, parameters }, { deadlineMs: SHORT_MS, ...options });
    return row?.result ?? null;
  };
  const named = (view: string, version: number): readonly string[] => [view, String(version)];
  return {
    async tryLead({ holder, token, deadToken }, options) {
      const leader = await queryResult<string>(
        "select featstore.lead_scheduler($1::text::jsonb, $2::text::bigint, $3::text::bigint)::text as result",
        [JSON.stringify(holder), token, deadToken ?? null],
        options,
      );
      if (leader === null) return null;
      const { isCaller } = JSON.parse(leader) as { isCaller: boolean }; // the function's documented result
      return { ...leaderOf(leader), isCaller };
    },

    async stepDown(token, options) {
      await queryResult("delete from featstore.scheduler_leader where token = $1::text::bigint", [token], options);
    },

    async leader(options) {
      const leader = await queryResult<string>(
        `select json_build_object('token', token::text, 'holder', holder, 'since', ${micros("led_since")})::text as result
          from featstore.scheduler_leader where expires_at > clock_timestamp()`,
        [],
        options,
      );
      return leader === null ? null : leaderOf(leader);
    },

    async states(options) {
      const rows = await database.query<StateRow>({ text: STATES }, { deadlineMs: SHORT_MS, ...options });
      return rows.map(stateOf);
    },

    claim({ leader, view, version, schedule, seenAt, mode }, options) {
      return queryResult<string>(
        `select featstore.claim_schedule($1::text::bigint, $2::text, $3::text::integer, $4::text, $5::text::timestamptz,
          $6::text)::text as result`,
        [leader, ...named(view, version), schedule, seenAt === null ? null : instantText(seenAt), mode],
        options,
      );
    },

    async skip({ leader, view, version, schedule, seenAt }, options) {
      const skipped = await queryResult<boolean>(
        `select featstore.skip_schedule($1::text::bigint, $2::text, $3::text::integer, $4::text, $5::text::timestamptz)
          as result`,
        [leader, ...named(view, version), schedule, instantText(seenAt)],
        options,
      );
      return skipped === true;
    },

    async settle(claim, outcome, options) {
      const rows = await database.query(
        { text: SETTLE, parameters: [claim, ...outcomeParameters(outcome)] },
        { deadlineMs: SHORT_MS, ...options },
      );
      return rows.length > 0;
    },
  };
}

/** Returns the kind, the time of the last full computation, the failure code and the time of the next attempt. */
function outcomeParameters(outcome: ScheduleOutcome): readonly (string | null)[] {
  switch (outcome.kind) {
    case "published":
      return [outcome.kind, outcome.reconciledAt === null ? null : instantText(outcome.reconciledAt), null, null];
    case "failed":
      return [outcome.kind, null, outcome.code, instantText(outcome.retryAt)];
    case "interrupted":
      return [outcome.kind, null, null, instantText(outcome.retryAt)];
    case "skipped":
      return [outcome.kind, null, null, null];
    default:
      return outcome satisfies never;
  }
}

function leaderOf(text: string): SchedulerLeader {
  const { token, holder, since } = JSON.parse(text) as { token: string; holder: RunHolder; since: string }; // built above
  return { token, holder, since: BigInt(since) };
}

function stateOf(row: StateRow): ScheduleState {
  const instant = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
  const { claim, claimed_at: claimedAt, claimed_mode: mode, run_id: runId, run_state: state } = row;
  const [asOf, startedAt] = [instant(row.as_of), instant(row.started_at)];
  return {
    view: row.view,
    version: row.version,
    schedule: row.schedule,
    seenAt: instant(row.seen_at),
    claim: claim === null || claimedAt === null || mode === null ? null : { token: claim, at: BigInt(claimedAt), mode },
    reconciledAt: instant(row.reconciled_at),
    failures: row.failures,
    failureCode: row.failure_code,
    retryAt: instant(row.retry_at),
    skipped: Number(row.skipped),
    skippedAt: instant(row.skipped_at),
    lastRun:
      runId === null || state === null || asOf === null || startedAt === null
        ? null
        : {
            runId,
            state,
            asOf,
            startedAt,
            finishedAt: instant(row.finished_at),
            failureCode: row.run_failure_code,
            // `begin_run` writes a RunHolder.
            lease:
              row.holder === null
                ? null
                : { holder: JSON.parse(row.holder) as RunHolder, isLive: row.is_live === true },
          },
    publishedMs: row.published_ms,
  };
}
