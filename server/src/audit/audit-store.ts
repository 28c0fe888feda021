import type { Source } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";
import type { GenerationName } from "../materialization/index";
import type { ReplayStore, Watermark } from "../point-in-time/index";

/** One view's values for one entity in a stored response. */
export interface StoredAnswer extends GenerationName {
  readonly entity: string;
  /** The tenant scope, '' for shared. */
  readonly tenant: string;
  /** The parts of the key as texts, in key order. */
  readonly key: readonly string[];
  readonly status: "complete" | "missing" | "unknown_entity" | "expired";
  /** A JSON object as text: each feature's value with all digits, as served. */
  readonly values: string;
  /** Microseconds since 1970 UTC. */
  readonly servedAt: bigint;
  /** The API key's id; null if no key was required. */
  readonly keyId: string | null;
}

/** A row that a computed feature was computed from. */
export interface ComputedSourceRow extends GenerationName {
  readonly entity: string;
  readonly tenant: string;
  /** The key of the lookup; null if the feature that holds the key was null. */
  readonly key: readonly string[] | null;
}

/** A service's computed values for one entity in a stored response. */
export interface StoredComputedAnswer extends Pick<StoredAnswer, "tenant" | "key" | "values" | "servedAt" | "keyId"> {
  readonly service: string;
  readonly version: number;
  /** One row for each view that was read. */
  readonly sourceRows: readonly ComputedSourceRow[];
  /** A JSON object as text: the request inputs that are read, by name, in the form of responses. */
  readonly inputs: string;
}

export interface AnswerRetention {
  readonly rows: number;
  readonly days: number;
}

export interface AnswerFilter {
  readonly view: string | null;
  readonly version: number | null;
  /** Microseconds since 1970 UTC; null for no lower bound. */
  readonly since: bigint | null;
  /** The maximum number of responses; the newest are returned. */
  readonly limit: number;
}

export interface ComputedFilter extends Pick<AnswerFilter, "version" | "since" | "limit"> {
  readonly service: string | null;
}

/** A generation that responses were served from. */
export interface AuditedGeneration {
  /** The name of its table or SQL view in schema `features`. */
  readonly table: string;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  readonly isDropped: boolean;
  /** Null if it is unknown or comes from another PostgreSQL cluster. */
  readonly watermark: Watermark | null;
}

/** Stores sampled responses, and replays statements over spines to compare them. */
export interface AuditStore extends ReplayStore {
  /** Stores responses and deletes those beyond the retention, in one statement. */
  save(
    answers: readonly (StoredAnswer | StoredComputedAnswer)[],
    retention: AnswerRetention,
    options?: CallOptions,
  ): Promise<void>;
  /** Lists stored responses, newest first. */
  answers(filter: AnswerFilter, options?: CallOptions): Promise<readonly StoredAnswer[]>;
  /** Lists stored computed responses, newest first. */
  computedAnswers(filter: ComputedFilter, options?: CallOptions): Promise<readonly StoredComputedAnswer[]>;
  /** Reads a generation; undefined if there is none of this name. */
  generation(name: GenerationName, options?: CallOptions): Promise<AuditedGeneration | undefined>;
  /** Returns whether the rows of the source's relation show which transaction wrote them; rows of tables do. */
  tellsTransactions(source: Source, options?: CallOptions): Promise<boolean>;
}
