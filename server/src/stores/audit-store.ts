import type { Source } from "@featstore/definitions";
import type { CallOptions, Statement } from "../database/database";
import type { GenerationName } from "./offline-store";

/** What one view gave of one entity, in an answer that was kept. */
export interface StoredAnswer extends GenerationName {
  readonly entity: string;
  /** The tenant scope, '' for shared. */
  readonly tenant: string;
  /** The parts of the key as texts, in key order. */
  readonly key: readonly string[];
  readonly status: "complete" | "missing" | "unknown_entity" | "expired";
  /** The text of a JSON object: by feature, each value as it was given, to the digit. */
  readonly values: string;
  /** Microseconds since 1970 UTC. */
  readonly servedAt: bigint;
  /** The API key's id; null: no key was needed. */
  readonly keyId: string | null;
}

/** A row that something was computed from. */
export interface ComputedSourceRow extends GenerationName {
  readonly entity: string;
  readonly tenant: string;
  /** The key by which it was looked up; null: a feature that was to hold it held none. */
  readonly key: readonly string[] | null;
}

/** What a service computed for one entity, in an answer that was kept. */
export interface StoredComputedAnswer extends Pick<StoredAnswer, "tenant" | "key" | "values" | "servedAt" | "keyId"> {
  readonly service: string;
  readonly version: number;
  /** One for each view that was read. */
  readonly sourceRows: readonly ComputedSourceRow[];
  /** The text of a JSON object: by name, those that came with the request and are read, in the form of answers. */
  readonly inputs: string;
}

export interface AnswerRetention {
  readonly rows: number;
  readonly days: number;
}

export interface AnswerFilter {
  readonly view: string | null;
  readonly version: number | null;
  /** Microseconds since 1970 UTC; null: from the first on. */
  readonly since: bigint | null;
  /** The newest so many. */
  readonly limit: number;
}

export interface ComputedFilter extends Pick<AnswerFilter, "version" | "since" | "limit"> {
  readonly service: string | null;
}

/** Which rows a generation's run saw, by the transactions that wrote them. */
export interface Watermark {
  /** Those before this number, all. */
  readonly transaction: string;
  /** Of the others those that this `pg_snapshot` has; null: none is known to be among them. */
  readonly snapshot: string | null;
}

/** A generation that answers were given from. */
export interface AuditedGeneration {
  /** The name of its table, or SQL view, in schema `features`. */
  readonly table: string;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  readonly isDropped: boolean;
  /** Null: nothing is known of it, or it comes from another PostgreSQL. */
  readonly watermark: Watermark | null;
}

/** A row of a spine: which entity, in which scope, as of when. */
export interface ReplayRow {
  readonly tenant: string;
  readonly key: readonly string[];
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
}

/** Keeps a sample of what was answered, and runs statements over spines for whoever compares it. */
export interface AuditStore {
  /** Keeps answers, and lets go of those beyond the retention. One statement. */
  keep(
    answers: readonly (StoredAnswer | StoredComputedAnswer)[],
    retention: AnswerRetention,
    options?: CallOptions,
  ): Promise<void>;
  /** The newest answers first. */
  answers(filter: AnswerFilter, options?: CallOptions): Promise<readonly StoredAnswer[]>;
  /** The newest first. */
  computedAnswers(filter: ComputedFilter, options?: CallOptions): Promise<readonly StoredComputedAnswer[]>;
  /** Undefined: there is no such generation. */
  generation(name: GenerationName, options?: CallOptions): Promise<AuditedGeneration | undefined>;
  /** Whether the rows of the source's relation tell which transaction wrote them: those of tables do. */
  tellsTransactions(source: Source, options?: CallOptions): Promise<boolean>;
  /**
   * Runs a statement over a spine that only it sees: rows numbered `_row` from 0, in their order. `statement` is given the
   * name of the spine's table in schema `featstore`. Gives the statement's rows.
   */
  replay(
    keys: readonly { readonly name: string; readonly databaseType: string }[],
    rows: readonly ReplayRow[],
    statement: (table: string) => Statement,
    options?: CallOptions,
  ): Promise<readonly Readonly<Record<string, string | number | boolean | null>>[]>;
}
