import type { Catalog, CatalogFiles, PlainRelation, PlainSource, Source } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";

/** Describes sources, and what can be said of their present rows. Never changes anything. */
export interface Sources {
  /** Describes tables and queries as the connected role sees them. Queries are not executed. */
  describe(relations: readonly PlainRelation[], options?: CallOptions): Promise<Catalog>;
  /** Returns whether the tables of sources, and all of their rows, can be read. Queries are left out. */
  tableAccess(sources: readonly Source[], options?: CallOptions): Promise<readonly TableAccess[]>;
  /** Returns the key of any row of a table, as texts; null if there is none or it cannot be read. */
  exampleKey(
    table: { readonly schema: string; readonly table: string },
    key: readonly string[],
  ): Promise<readonly string[] | null>;
  /** Reads the state of a source; only the tenant's rows of a source with tenants. */
  sourceState(source: PlainSource, tenant: string | null, options?: CallOptions): Promise<SourceState>;
  /** Returns a watermark. Take it before rows are read: writes of transactions still open then count as later. */
  transactionWatermark(options?: CallOptions): Promise<TransactionWatermark>;
  /** Checks whether rows of a source were written, or the table altered, since the watermark; only the tenant's rows of a source with tenants. */
  writesSince(
    source: PlainSource,
    tenant: string | null,
    watermark: TransactionWatermark,
    options?: CallOptions,
  ): Promise<SourceWrites>;
}

/** Privileges of the connected role on a source's table. `role`, `found` and `denied` have names quoted where necessary. */
export interface TableAccess {
  readonly role: string;
  /** As the source names it: `music.plays`. */
  readonly name: string;
  /** The table's schema and name; null if it does not exist. */
  readonly found: { readonly schema: string; readonly table: string } | null;
  /** True if the role may use the schema. */
  readonly mayUse: boolean;
  /** True if it may select at least some columns. */
  readonly maySelect: boolean;
  /** The required columns that it may not select, separated by commas; null if there are none. */
  readonly denied: string | null;
  /** True if row-level security applies to the role, and no policy shows it every row. */
  readonly hidesRows: boolean;
}

/** The state of a source when it was read, limited to what a tenant may see. */
export interface SourceState {
  readonly rows: number;
  /** The tie-break columns of the last row in their order, as texts; null without a row or tie-break. */
  readonly largest: Readonly<Record<string, string | null>> | null;
  /** The latest event time in microseconds since 1970 UTC, as text; null if there is none. */
  readonly latest: string | null;
  /** The engine that reads the source; absent for PostgreSQL. */
  readonly engine?: string;
  /** Its files; absent if it has none. */
  readonly files?: CatalogFiles;
  /** The snapshot of an Iceberg table, null without any; absent for other sources. */
  readonly snapshot?: string | null;
}

/** A transaction before which all others had ended. `transaction` is its number with epoch, as text. */
export interface TransactionWatermark {
  /** The PostgreSQL cluster of the number; '' if it is unknown. */
  readonly cluster: string;
  readonly transaction: string;
}

/** `unknown`: the source is not a plain table, or the watermark is from another PostgreSQL cluster or too old to compare. */
export type SourceWrites = "none" | "written" | "unknown";
