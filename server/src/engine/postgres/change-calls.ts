import { type ChangeCopy, instantText, MAX_KEY_BYTES } from "@featstore/definitions/compiler";
import type { CallOptions, Database, RunHolder } from "../../database/index";
import { callFunction, HOUR_MS } from "../call-function";
import type { FilledChanges, FullReason, Run } from "../view-fills";

/** The served generation of a view version, from which an incremental run starts. */
export interface ChangeBaseline {
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** The generation includes the rows of all earlier transactions. */
  readonly horizon: string;
}

/** A scan for changes, and the run from which it starts. */
export interface ChangeScanRequest {
  readonly relation: string | null;
  readonly columns: readonly { readonly name: string; readonly databaseType: string }[];
  readonly byTransaction: string | null;
  readonly byLateness: string | null;
  readonly horizon: string;
  readonly asOf: bigint;
  /** The views that read the relation. */
  readonly views: readonly { readonly view: string; readonly version: number }[];
  /** The columns of the entity's key, quoted. */
  readonly entity: string;
  /** Set if several views read the source's rows; `keysFrom` are the indexes of the scans that find their entities. */
  readonly copy: (ChangeCopy & { readonly keysFrom: readonly number[] }) | null;
}

/** The result of scans for changes; kept until it is dropped or its lease expires. */
export interface ChangeSet {
  readonly token: string;
  /** The upper time limit of changes, in microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** Rows of earlier transactions were seen. */
  readonly horizon: string;
  /** The tables in schema `features`, in the order of the scans; null if changes could not be found. */
  readonly tables: readonly (string | null)[];
  /** The reasons for null tables, in the same order. */
  readonly reasons: readonly (FullReason | null)[];
  /** Tables with all rows of the changed entities, in the same order; null if there is none. */
  readonly copies: readonly (string | null)[];
}

/** The input of an incremental run of a view. */
export interface ChangedEntities {
  readonly horizon: string;
  /** The start of the scan for changes; earlier generations cannot be updated with it. */
  readonly since: Pick<ChangeBaseline, "horizon" | "asOf">;
  readonly keysTable: string;
  readonly keysColumns: readonly { readonly name: string; readonly databaseType: string }[];
  readonly keysText: string;
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  /** Features whose nulls are counted. */
  readonly nulls: readonly string[];
}

/** Calls the functions that find changes and fill from them. */
export function createChangeCalls(database: Database) {
  return {
    /** Lists the served generations from which incremental runs can start. */
    async changeBaselines(options: CallOptions | undefined): Promise<readonly ChangeBaseline[]> {
      const text = await callFunction<string>(database, "featstore.change_baselines()", [], options);
      // The function's documented rows.
      const rows = JSON.parse(text) as readonly (Omit<ChangeBaseline, "asOf"> & { asOf: string })[];
      return rows.map((row) => ({ ...row, asOf: BigInt(row.asOf) }));
    },

    /** Scans for changes since earlier runs. The holder keeps what is found by its lease. */
    async findChanges(
      holder: RunHolder,
      asOf: bigint | null,
      scans: readonly ChangeScanRequest[],
      options: CallOptions | undefined,
    ): Promise<ChangeSet> {
      const text = await callFunction<string>(
        database,
        "featstore.find_changes($1::text::jsonb, $2::text::timestamptz, $3::text::jsonb)",
        [JSON.stringify(holder), asOf === null ? null : instantText(asOf), JSON.stringify(scans, instantsAsText)],
        { deadlineMs: HOUR_MS, ...options },
      );
      const found = JSON.parse(text) as Omit<ChangeSet, "asOf"> & { asOf: string }; // the function's documented result
      return { ...found, asOf: BigInt(found.asOf) };
    },

    async dropChanges({ token }: Pick<ChangeSet, "token">): Promise<void> {
      await callFunction<string>(database, "featstore.drop_changes($1::text::bigint)", [token], undefined);
    },

    /** Fills the run's table from the served generation and the changed entities; records the reason if the run must be full. */
    async fillChanged(
      run: Run,
      changes: ChangedEntities | { readonly full: FullReason },
      options: CallOptions | undefined,
    ): Promise<FilledChanges | { readonly full: FullReason }> {
      const text = await callFunction<string>(
        database,
        "featstore.fill_changed($1::text::bigint, $2::text::bigint, $3::text::integer, $4::text::jsonb)",
        [run.runId, run.token, String(MAX_KEY_BYTES), JSON.stringify(changes, instantsAsText)],
        { deadlineMs: HOUR_MS, ...options },
      );
      return JSON.parse(text) as FilledChanges | { readonly full: FullReason }; // the function's documented result
    },
  };
}

/** Formats bigints, which are always instants in requests. */
function instantsAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? instantText(value) : value;
}
