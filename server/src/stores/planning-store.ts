import type { ComparedView, Statement } from "@featstore/definitions";
import type { CallOptions } from "../database/database";

/** What PostgreSQL's planner expects of a query. */
export interface Estimate {
  readonly rows: number;
  /** In the planner's units, of which reading a page in sequence is one. */
  readonly totalCost: number;
}

/** What PostgreSQL's planner says of a query: its estimate, or, in its own words, why it does not plan it. */
export type Planned =
  | { readonly state: "estimated"; readonly estimate: Estimate }
  | { readonly state: "refused"; readonly reason: string }
  /** Before the first apply, which makes the functions that compiled SQL calls. */
  | { readonly state: "not_yet" };

/** One entity as two versions of a view compute it. */
export interface ComparedEntity {
  /** The tenant scope, then the key's parts as texts. */
  readonly key: readonly string[];
  /** The values by feature, in name order, each as JSON text; null: the version has no row. A vector is told by its digest. */
  readonly before: readonly string[] | null;
  readonly after: readonly string[] | null;
}

export interface ComparedSample {
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  readonly entities: readonly ComparedEntity[];
}

/** What the database says of a plan, without a change to it. */
export interface PlanningStore {
  estimate(statement: Statement, options?: CallOptions): Promise<Planned>;

  /** Bytes of a table in schema `features` with its indexes; null where it is gone. */
  tableBytes(table: string, options?: CallOptions): Promise<number | null>;

  /**
   * Computes two views of the same entity key over the same entities, as of now, and keeps nothing of it. The entities
   * are those whose keys have the smallest hashes, hence the same ones each time. `known`: about how many there are.
   */
  compare(
    before: ComparedView,
    after: ComparedView,
    sample: { readonly size: number; readonly known: number | null },
    options?: CallOptions,
  ): Promise<ComparedSample>;
}
