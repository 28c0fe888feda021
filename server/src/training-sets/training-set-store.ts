import { FeatstoreError } from "../core/index";
import { type CallOptions, type Database, ownQuery, type RunHolder } from "../database/index";
import { refusedBy } from "./training-set-refusals";
import type {
  HeldTrainingSet,
  NewTrainingSet,
  StoredTrainingSet,
  TrainingSetFailure,
  TrainingSetState,
  TrainingSetViewer,
} from "./training-set-types";

/** Stores jobs of training sets. The functions that begin and end a job create and drop its spine table. */
export interface TrainingSetStore {
  /**
   * Creates a job in state `loading` with an empty spine table, or finds that of a repeated request; null while it is in
   * state `loading`. Errors: `training_queue_full`, `training_tenant_queue_full`, `idempotency_key_reused`.
   */
  beginJob(
    request: NewTrainingSet,
    options?: CallOptions,
  ): Promise<HeldTrainingSet | { readonly repeated: string | null }>;
  /** Answers repetitions of the request of a job with another training set. */
  answerWith(held: HeldTrainingSet, id: string): Promise<void>;
  /** Moves a job from `loading` to `queued`, with all data needed to resume it. False if it has ended. */
  queue(
    held: HeldTrainingSet,
    loaded: { readonly spineRows: number; readonly reuseKey: string; readonly job: unknown },
  ): Promise<boolean>;
  /** Releases a loaded job, so that another process can resume it at once; does not count as a crash. */
  release(held: HeldTrainingSet): Promise<void>;
  /** Lists loaded jobs whose holders are dead, by lease or by these tokens; oldest first. */
  orphans(deadTokens: readonly string[]): Promise<readonly { readonly id: string; readonly token: string }[]>;
  /** Takes over an orphan. Undefined if another process has it, it has ended, or two processes have died of it. */
  take(id: string, token: string, holder: RunHolder): Promise<HeldTrainingSet | undefined>;
  /** Moves a job from `queued` to `running`. False if it has ended. */
  start(held: HeldTrainingSet): Promise<boolean>;
  /** Renews the lease for two minutes and records progress. `ended`: the job belongs to another process or has ended. */
  heartbeat(held: HeldTrainingSet, rowsDone: number): Promise<"held" | "cancelled" | "ended">;
  /** Ends the job, drops its spine, and counts the rows of a finished one for the key that ordered it. False if it had already ended. */
  end(
    held: HeldTrainingSet,
    outcome:
      | { readonly state: "finished"; readonly manifest: unknown }
      | { readonly state: "failed" | "cancelled"; readonly failure: TrainingSetFailure | null },
  ): Promise<boolean>;
  read(id: string): Promise<StoredTrainingSet | undefined>;
  requestCancel(id: string): Promise<void>;
  /** Moves an ended job to `deleted`. False if it has not ended. */
  delete(id: string): Promise<boolean>;
  /** Deletes jobs that ended more than `days` days ago, finished or not. */
  expire(days: number): Promise<void>;
  /** Lists the viewer's finished training sets with the same reuse key, newest first. */
  finished(reuseKey: string, viewer: TrainingSetViewer): Promise<readonly StoredTrainingSet[]>;
  /** Filters the ids to jobs that ended without a result or whose result was deleted. */
  withoutResult(ids: readonly string[]): Promise<readonly string[]>;
  /** Filters the ids to jobs that have ended. */
  ended(ids: readonly string[]): Promise<readonly string[]>;
  /** Filters the jobs to those that have ended or that another process has taken over. */
  abandoned(
    jobs: readonly Pick<HeldTrainingSet, "id" | "token">[],
  ): Promise<readonly Pick<HeldTrainingSet, "id" | "token">[]>;
  /** Lists the holders of jobs that have not ended. */
  holders(): Promise<readonly { readonly id: string; readonly token: string; readonly holder: RunHolder }[]>;
  /** Ends dead processes' jobs that cannot be resumed and drops their tables; returns the ids of the ended jobs. */
  sweep(deadTokens: readonly string[]): Promise<readonly string[]>;
  /** Reads the database's clock in microseconds since 1970 UTC. */
  now(): Promise<bigint>;
}

const SHORT_MS = 30_000;

const COLUMNS = `id, tenant, organisation_id as organisation, state, holder::text as holder, is_cancel_requested as "isCancelRequested",
  spine_rows::float8 as "spineRows", rows_done::float8 as "rowsDone", manifest::text as manifest, job::text as job, failure::text as failure,
  featstore.epoch_microseconds(created_at)::text as "createdAt", featstore.epoch_microseconds(started_at)::text as "startedAt",
  featstore.epoch_microseconds(finished_at)::text as "finishedAt"`;

interface Row {
  readonly id: string;
  readonly tenant: string | null;
  readonly organisation: string | null;
  readonly state: TrainingSetState;
  readonly holder: string;
  readonly isCancelRequested: boolean;
  readonly spineRows: number | null;
  readonly rowsDone: number;
  readonly manifest: string | null;
  readonly job: string | null;
  readonly failure: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** Stores training sets in the tables of `migrations/tables/13-training-sets.sql`. */
export function createTrainingSetStore(database: Database): TrainingSetStore {
  const query = <Result extends object>(text: string, parameters: readonly (string | null)[] = []) =>
    ownQuery<Result>(database, { text, parameters }, { deadlineMs: SHORT_MS });

  const call = async <Result>(text: string, parameters: readonly (string | null)[]): Promise<Result> => {
    const [row] = await query<{ result: Result }>(`select ${text} as result`, parameters);
    if (!row) throw new Error(`No result of ${text}`);
    return row.result;
  };

  const idsInState = async (ids: readonly string[], states: readonly TrainingSetState[]) => {
    const rows = await query<{ id: string }>(
      `select id from featstore.training_sets
where state = any ($2::text::text[]) and id in (select jsonb_array_elements_text($1::text::jsonb)) order by id`,
      [JSON.stringify(ids), `{${states.join(",")}}`],
    );
    return rows.map(({ id }) => id);
  };

  return {
    async beginJob({ id, tenant, request, owner, holder, keys, limits }, options) {
      const documents = [storableJson(request), JSON.stringify(holder), JSON.stringify(keys)];
      const max = [limits?.total, limits?.perTenant].map((each) => each?.toString() ?? null);
      const [row] = await ownQuery<{ result: string }>(
        database,
        {
          text: `select featstore.admit_training_set($1::text, $2::text, $3::text::jsonb, $4::text::jsonb, $5::text::jsonb,
  $6::text::bigint, $7::text::bigint, $8::text::jsonb) as result`,
          parameters: [id, tenant, ...documents, ...max, JSON.stringify(owner ?? null)],
        },
        { deadlineMs: SHORT_MS, ...options },
      );
      if (!row) throw new Error("The new training set has no token");
      const { result } = row;
      if (result === "total" || result === "tenant" || result === "exports")
        throw refusedBy(result, { tenant, owner, limits });
      if (result === "reused")
        throw new FeatstoreError("idempotency_key_reused", "This Idempotency-Key belongs to another training set.");
      if (result === "loading") return { repeated: null };
      const [, repeated] = result.split("repeated ");
      return repeated === undefined ? { id, token: result } : { repeated };
    },

    async answerWith(held, id) {
      await query("update featstore.training_set_requests set training_set = $2::text where training_set = $1::text", [
        held.id,
        id,
      ]);
    },

    async queue({ id, token }, { spineRows, reuseKey, job }) {
      const rows = await query(
        `update featstore.training_sets set state = 'queued', spine_rows = $3::text::bigint, reuse_key = $4::text,
  job = $5::text::jsonb, expires_at = clock_timestamp() + interval '2 minutes'
where id = $1::text and token = $2::text::bigint and state = 'loading' returning id`,
        [id, token, String(spineRows), reuseKey, JSON.stringify(job)],
      );
      return rows.length === 1;
    },

    async release({ id, token }) {
      await query(
        `update featstore.training_sets set state = 'queued', expires_at = clock_timestamp()
where id = $1::text and token = $2::text::bigint and state in ('queued', 'running')`,
        [id, token],
      );
    },

    async orphans(deadTokens) {
      return query<{ id: string; token: string }>(
        `select id, token::text as token from featstore.training_sets
where state in ('queued', 'running') and job is not null and not is_cancel_requested
  and (expires_at <= clock_timestamp() or token = any ($1::text::bigint[])) order by created_at, id`,
        [`{${deadTokens.join(",")}}`],
      );
    },

    async take(id, token, holder) {
      const taken = await call<string | null>(
        "featstore.take_training_set($1::text, $2::text::bigint, $3::text::jsonb)::text",
        [id, token, JSON.stringify(holder)],
      );
      return taken === null ? undefined : { id, token: taken };
    },

    async start(held) {
      const rows = await query(
        `update featstore.training_sets set state = 'running', started_at = clock_timestamp(),
  expires_at = clock_timestamp() + interval '2 minutes'
where id = $1::text and token = $2::text::bigint and state = 'queued' and not is_cancel_requested returning id`,
        [held.id, held.token],
      );
      return rows.length === 1;
    },

    async heartbeat({ id, token }, rowsDone) {
      const [row] = await query<{ cancelled: boolean }>(
        `update featstore.training_sets set expires_at = clock_timestamp() + interval '2 minutes', rows_done = $3::text::bigint
where id = $1::text and token = $2::text::bigint and state in ('loading', 'queued', 'running')
returning is_cancel_requested as cancelled`,
        [id, token, String(rowsDone)],
      );
      if (row === undefined) return "ended";
      return row.cancelled ? "cancelled" : "held";
    },

    end({ id, token }, outcome) {
      if (outcome.state === "finished")
        return call<boolean>("featstore.finish_training_set($1::text, $2::text::bigint, $3::text::json)", [
          id,
          token,
          JSON.stringify(outcome.manifest),
        ]);
      const { failure } = outcome;
      return call<boolean>(
        "featstore.end_training_set($1::text, $2::text::bigint, $3::text, null::json, $4::text::jsonb)",
        [id, token, outcome.state, failure === null ? null : storableJson(failure)],
      );
    },

    async read(id) {
      const [row] = await query<Row>(`select ${COLUMNS} from featstore.training_sets where id = $1::text`, [id]);
      return row && storedOf(row);
    },

    async requestCancel(id) {
      await query("update featstore.training_sets set is_cancel_requested = true where id = $1::text", [id]);
    },

    async delete(id) {
      const rows = await query(
        `update featstore.training_sets set state = 'deleted', manifest = null, failure = null
where id = $1::text and state in ('finished', 'failed', 'cancelled', 'deleted') returning id`,
        [id],
      );
      return rows.length === 1;
    },

    async expire(days) {
      await query(
        `update featstore.training_sets set state = 'deleted', manifest = null, failure = null
where state in ('finished', 'failed', 'cancelled') and finished_at < clock_timestamp() - make_interval(days => $1::text::int)`,
        [String(days)],
      );
    },

    async finished(reuseKey, { tenant, organisation }) {
      const rows = await query<Row>(
        `select ${COLUMNS} from featstore.training_sets
where state = 'finished' and reuse_key = $1::text and tenant is not distinct from $2::text
  and ($3::text::boolean or organisation_id is not distinct from $4::text) order by finished_at desc, id limit 20`,
        [reuseKey, tenant, String(organisation === undefined), organisation ?? null],
      );
      return rows.map(storedOf);
    },

    withoutResult: (ids) => idsInState(ids, ["failed", "cancelled", "deleted"]),

    ended: (ids) => idsInState(ids, ["finished", "failed", "cancelled", "deleted"]),

    async abandoned(jobs) {
      return query<{ id: string; token: string }>(
        `select given ->> 'id' as id, given ->> 'token' as token
from jsonb_array_elements($1::text::jsonb) as given join featstore.training_sets as known on known.id = given ->> 'id'
where known.state not in ('loading', 'queued', 'running') or known.token::text <> given ->> 'token'`,
        [JSON.stringify(jobs.map(({ id, token }) => ({ id, token })))],
      );
    },

    async holders() {
      const rows = await query<{ id: string; token: string; holder: string }>(
        `select id, token::text as token, holder::text as holder from featstore.training_sets
where state in ('loading', 'queued', 'running') order by id`,
      );
      return rows.map(({ id, token, holder }) => ({ id, token, holder: holderOf(holder) }));
    },

    async sweep(deadTokens) {
      const text = await call<string>("featstore.sweep_training_sets($1::text::bigint[])::text", [
        `{${deadTokens.join(",")}}`,
      ]);
      return JSON.parse(text) as readonly string[]; // the function's documented result
    },

    async now() {
      return BigInt(await call<string>("featstore.epoch_microseconds(clock_timestamp())::text", []));
    },
  };
}

/** Serializes a value that may quote user input without null characters and unpaired surrogates, which PostgreSQL refuses. */
function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "string" ? each.replaceAll(/\0|\p{Surrogate}/gu, "\uFFFD") : each,
  );
}

function holderOf(text: string): RunHolder {
  return JSON.parse(text) as RunHolder; // a RunHolder written by `beginJob`
}

function storedOf(row: Row): StoredTrainingSet {
  return {
    ...row,
    holder: holderOf(row.holder),
    failure: row.failure === null ? null : (JSON.parse(row.failure) as TrainingSetFailure), // a TrainingSetFailure written by `end`
    createdAt: BigInt(row.createdAt),
    startedAt: row.startedAt === null ? null : BigInt(row.startedAt),
    finishedAt: row.finishedAt === null ? null : BigInt(row.finishedAt),
  };
}
