import type { ComparedView, Statement } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";

/** An estimate of PostgreSQL's planner for a query. */
export interface Estimate {
  readonly rows: number;
  /** In planner units; one is the cost of a sequential page read. */
  readonly totalCost: number;
}

/** The planner's result for a query: its estimate, or PostgreSQL's message if it cannot be planned. */
export type Planned =
  | { readonly state: "estimated"; readonly estimate: Estimate }
  | { readonly state: "refused"; readonly reason: string }
  /** Before the first apply, which creates the functions that compiled SQL calls. */
  | { readonly state: "not_yet" };

/** One entity's values in two versions of a view. */
export interface ComparedEntity {
  /** The tenant scope, then the key's parts as texts. */
  readonly key: readonly string[];
  /** The values as JSON texts in the order of feature names, vectors as digests; null if the version has no row. */
  readonly before: readonly string[] | null;
  readonly after: readonly string[] | null;
}

export interface ComparedSample {
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  readonly entities: readonly ComparedEntity[];
}

/** Read-only queries of the database for plans. */
export interface PlanningStore {
  estimate(statement: Statement, options?: CallOptions): Promise<Planned>;

  /** Returns the bytes of a table in schema `features` with its indexes; null if it is gone. */
  tableBytes(table: string, options?: CallOptions): Promise<number | null>;

  /**
   * Computes two views with the same entity key over the same entities, as of now, and stores nothing. It takes the entities
   * with the smallest key hashes, hence the same ones each time. `known` is the approximate number of entities.
   */
  compare(
    before: ComparedView,
    after: ComparedView,
    sample: { readonly size: number; readonly known: number | null },
    options?: CallOptions,
  ): Promise<ComparedSample>;
}
