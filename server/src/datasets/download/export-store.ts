import { type Actor, FeatstoreError } from "../../core/index";
import { type Database, ownQuery, type RunHolder, refuseStoreFault } from "../../database/index";
import type { ExportFailure, ExportResult, ExportSelection, HeldExport, StoredExport } from "./export-types";

export interface NewExport {
  readonly id: string;
  readonly dataset: string;
  readonly snapshot: string;
  readonly selection: ExportSelection;
  readonly owner: string;
  readonly organisation: string | null;
  readonly key: string;
  /** Exports at once. */
  readonly limit: number;
  readonly idempotencyKey: string | null;
}

/** Stores exports in `featstore.dataset_exports`. Errors: `store_unavailable`, `store_timeout`. */
export interface ExportStore {
  /** Creates an export, or finds the one of a repeated request. Errors: `idempotency_key_reused`, `export_limit_reached`. */
  create(created: NewExport, holder: RunHolder, actor: Actor): Promise<HeldExport | { readonly repeated: string }>;
  /** Renews the lease for a minute and records progress. */
  heartbeat(held: HeldExport, rowsDone: number): Promise<"held" | "cancelled" | "ended">;
  /** Ends an export; false if another process did. */
  finish(held: HeldExport, result: ExportResult): Promise<boolean>;
  fail(held: HeldExport, state: "failed" | "cancelled", failure: ExportFailure | null): Promise<void>;
  /** Removes a finished export, and asks a running one to end. */
  cancel(id: string): Promise<void>;
  read(id: string): Promise<StoredExport | undefined>;
  /** Lists the tokens and holders of running exports. */
  running(): Promise<readonly { readonly token: string; readonly holder: RunHolder }[]>;
  /** Ends exports of dead processes and those that are too old. Returns the ids whose files stay. */
  sweep(deadTokens: readonly string[], seconds: number): Promise<ReadonlySet<string>>;
}

const SHORT_MS = 15_000;

const COLUMNS = `id, dataset, snapshot, selection::text as selection, owner, state, rows_done::float8 as "rowsDone",
  result::text as result, failure::text as failure, featstore.epoch_microseconds(created_at)::text as "createdAt",
  featstore.epoch_microseconds(finished_at)::text as "finishedAt"`;

type Row = Pick<StoredExport, "id" | "dataset" | "snapshot" | "owner" | "state" | "rowsDone"> & {
  readonly selection: string;
  readonly result: string | null;
  readonly failure: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
};

export function createExportStore(database: Database): ExportStore {
  const query = <Result extends object>(text: string, parameters: readonly (string | null)[]) =>
    ownQuery<Result>(database, { text, parameters }, { deadlineMs: SHORT_MS }).catch(refuseStoreFault);
  return {
    async create(created, holder, actor) {
      const [row] = await query<{ begun: string }>(
        "select featstore.begin_dataset_export($1::text::jsonb, $2::text::jsonb, $3::text::jsonb)::text as begun",
        [JSON.stringify(created), JSON.stringify(holder), JSON.stringify(actor)],
      );
      const begun = JSON.parse(row?.begun ?? "{}") as { token?: string; refused?: string; id?: string };
      if (begun.token !== undefined) return { id: created.id, token: begun.token };
      if (begun.id !== undefined) return { repeated: begun.id };
      throw begun.refused === "limit" ? tooMany(created.limit) : keyReused();
    },

    async heartbeat({ id, token }, rowsDone) {
      const [row] = await query<{ cancelled: boolean }>(
        `update featstore.dataset_exports set expires_at = clock_timestamp() + interval '1 minute', rows_done = $3::text::bigint
where id = $1::text and token = $2::text::bigint and state = 'running' returning is_cancel_requested as cancelled`,
        [id, token, String(rowsDone)],
      );
      if (row === undefined) return "ended";
      return row.cancelled ? "cancelled" : "held";
    },

    async finish({ id, token }, result) {
      const rows = await query(
        `update featstore.dataset_exports set state = 'finished', finished_at = clock_timestamp(), result = $3::text::jsonb,
  rows_done = $4::text::bigint
where id = $1::text and token = $2::text::bigint and state = 'running' and not is_cancel_requested returning id`,
        [id, token, JSON.stringify(result), String(result.rows)],
      );
      return rows.length === 1;
    },

    async fail({ id, token }, state, failure) {
      await query(
        `update featstore.dataset_exports set state = $3::text, finished_at = clock_timestamp(), failure = $4::text::jsonb,
  idempotency_key = null
where id = $1::text and token = $2::text::bigint and state = 'running'`,
        [id, token, state, failure === null ? null : JSON.stringify(failure)],
      );
    },

    async cancel(id) {
      await query(
        `update featstore.dataset_exports set is_cancel_requested = true,
  state = case state when 'finished' then 'expired' else state end where id = $1::text`,
        [id],
      );
    },

    async read(id) {
      const [row] = await query<Row>(`select ${COLUMNS} from featstore.dataset_exports where id = $1::text`, [id]);
      return row && exportOf(row);
    },

    async running() {
      const rows = await query<{ token: string; holder: string }>(
        "select token::text as token, holder::text as holder from featstore.dataset_exports where state = 'running'",
        [],
      );
      return rows.map(({ token, holder }) => ({ token, holder: JSON.parse(holder) as RunHolder })); // of `create`
    },

    async sweep(deadTokens, seconds) {
      await query("select featstore.end_dead_dataset_exports($1::text::bigint[])::text as done", [
        `{${deadTokens.join(",")}}`,
      ]);
      await query("select featstore.expire_dataset_exports($1::text::float8)::text as done", [String(seconds)]);
      const rows = await query<{ id: string }>(
        "select id from featstore.dataset_exports where state in ('running', 'finished')",
        [],
      );
      return new Set(rows.map(({ id }) => id));
    },
  };
}

function exportOf({ selection, result, failure, createdAt, finishedAt, ...row }: Row): StoredExport {
  return {
    ...row,
    // `create`, `finish` and `fail` stored these.
    selection: JSON.parse(selection) as ExportSelection,
    result: result === null ? null : (JSON.parse(result) as ExportResult),
    failure: failure === null ? null : (JSON.parse(failure) as ExportFailure),
    createdAt: BigInt(createdAt),
    finishedAt: finishedAt === null ? null : BigInt(finishedAt),
  };
}

function tooMany(limit: number): FeatstoreError {
  const detail = `At most ${limit} exports may run at once. Wait for one to end, or cancel one.`;
  return new FeatstoreError("export_limit_reached", detail, { headers: { "retry-after": "30" } });
}

function keyReused(): FeatstoreError {
  return new FeatstoreError("idempotency_key_reused", "This Idempotency-Key belongs to an export of other data.");
}
