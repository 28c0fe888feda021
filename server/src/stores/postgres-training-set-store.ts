import type { CallOptions, Database } from "../database/database";
import type { RunHolder } from "./offline-store";
import { sourceState } from "./source-state";
import type { StoredTrainingSet, TrainingSetFailure, TrainingSetState, TrainingSetStore } from "./training-set-store";

const SHORT_MS = 30_000;

const COLUMNS = `id, tenant, state, holder::text as holder, is_cancel_requested as "isCancelRequested",
  spine_rows::float8 as "spineRows", rows_done::float8 as "rowsDone", manifest::text as manifest, failure::text as failure,
  featstore.epoch_microseconds(created_at)::text as "createdAt", featstore.epoch_microseconds(started_at)::text as "startedAt",
  featstore.epoch_microseconds(finished_at)::text as "finishedAt"`;

interface Row {
  readonly id: string;
  readonly tenant: string | null;
  readonly state: TrainingSetState;
  readonly holder: string;
  readonly isCancelRequested: boolean;
  readonly spineRows: number | null;
  readonly rowsDone: number;
  readonly manifest: string | null;
  readonly failure: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** Training sets in schema `featstore` of a PostgreSQL, by the functions of `migrations/0006_training_sets.sql`. */
export function createPostgresTrainingSetStore(database: Database): TrainingSetStore {
  const query = <Result extends object>(text: string, parameters: readonly (string | null)[] = []) =>
    database.query<Result>({ text, parameters }, { deadlineMs: SHORT_MS });

  const call = async <Result>(text: string, parameters: readonly (string | null)[]): Promise<Result> => {
    const [row] = await query<{ result: Result }>(`select ${text} as result`, parameters);
    if (!row) throw new Error(`No result of ${text}`);
    return row.result;
  };

  return {
    async beginJob({ id, tenant, request, holder, keys }, options) {
      const [row] = await database.query<{ result: string }>(
        {
          text: "select featstore.begin_training_set($1::text, $2::text, $3::text::jsonb, $4::text::jsonb, $5::text::jsonb)::text as result",
          parameters: [id, tenant, JSON.stringify(request), JSON.stringify(holder), JSON.stringify(keys)],
        },
        { deadlineMs: SHORT_MS, ...options },
      );
      if (!row) throw new Error("No token of a new training set");
      return { id, token: row.result, table: `training_spine_${id}` };
    },

    async loadSpine({ table }, keys, lines, options) {
      const columns = ["_row", "_tenant", ...keys, "_as_of", "_passthrough"];
      const rows = await database.copyFrom({ table: `featstore.${table}`, columns }, lines, options);
      await database.script(`analyze featstore."${table}"`, options);
      return rows;
    },

    async queue({ id, token }, spineRows, reuseKey) {
      const rows = await query(
        `update featstore.training_sets set state = 'queued', spine_rows = $3::text::bigint, reuse_key = $4::text,
  expires_at = clock_timestamp() + interval '2 minutes'
where id = $1::text and token = $2::text::bigint and state = 'loading' returning id`,
        [id, token, String(spineRows), reuseKey],
      );
      return rows.length === 1;
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
      const manifest = outcome.state === "finished" ? JSON.stringify(outcome.manifest) : null;
      const failure = outcome.state === "finished" ? null : outcome.failure;
      return call<boolean>(
        "featstore.end_training_set($1::text, $2::text::bigint, $3::text, $4::text::json, $5::text::jsonb)",
        [id, token, outcome.state, manifest, failure === null ? null : JSON.stringify(failure)],
      );
    },

    async read(id) {
      const [row] = await query<Row>(`select ${COLUMNS} from featstore.training_sets where id = $1::text`, [id]);
      return row && storedOf(row);
    },

    async requestCancel(id) {
      await query("update featstore.training_sets set is_cancel_requested = true where id = $1::text", [id]);
    },

    async finished(reuseKey, tenant) {
      const rows = await query<Row>(
        `select ${COLUMNS} from featstore.training_sets
where state = 'finished' and reuse_key = $1::text and tenant is not distinct from $2::text order by finished_at desc, id limit 20`,
        [reuseKey, tenant],
      );
      return rows.map(storedOf);
    },

    async withoutResult(ids) {
      const rows = await query<{ id: string }>(
        `select id from featstore.training_sets
where state in ('failed', 'cancelled') and id in (select jsonb_array_elements_text($1::text::jsonb)) order by id`,
        [JSON.stringify(ids)],
      );
      return rows.map(({ id }) => id);
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

    sourceState: (source, tenant, options) => sourceState(database, source, tenant, options),

    async now() {
      return BigInt(await call<string>("featstore.epoch_microseconds(clock_timestamp())::text", []));
    },

    async *readQuery(text: string, options?: CallOptions) {
      const rows = database.stream<{ row: string }>(
        { text: "select row from featstore.read_spine($1::text) as row", parameters: [text] },
        options,
      );
      for await (const chunk of rows) for (const { row } of chunk) yield row;
    },
  };
}

function holderOf(text: string): RunHolder {
  return JSON.parse(text) as RunHolder; // written by `beginJob` from one
}

function storedOf(row: Row): StoredTrainingSet {
  return {
    ...row,
    holder: holderOf(row.holder),
    failure: row.failure === null ? null : (JSON.parse(row.failure) as TrainingSetFailure), // written by `end` from one
    createdAt: BigInt(row.createdAt),
    startedAt: row.startedAt === null ? null : BigInt(row.startedAt),
    finishedAt: row.finishedAt === null ? null : BigInt(row.finishedAt),
  };
}
