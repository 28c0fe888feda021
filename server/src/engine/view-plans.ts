import type { FeatureView } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";
import type { AppliedView } from "./applied-view";

/** Plans views that are not applied yet. Stores nothing. */
export interface ViewPlans {
  /** Estimates the cost of a view's query, and checks that the engine accepts it. */
  estimate(view: FeatureView, options?: CallOptions): Promise<Planned>;
  /**
   * Computes an applied view, by its stored query, and a definition with the same entity key over the same entities, as of now. It
   * takes the entities with the smallest key hashes, hence the same ones each time. `known` is the approximate number of entities.
   */
  compare(
    before: Pick<AppliedView, "view" | "sql" | "parameters">,
    after: FeatureView,
    sample: { readonly size: number; readonly known: number | null },
    options?: CallOptions,
  ): Promise<ComparedSample>;
}

/** An estimate of a query's cost. */
export interface Estimate {
  readonly rows: number;
  /** In PostgreSQL's planner units; one is the cost of a sequential page read. */
  readonly totalCost: number;
}

/** The result for a query: its estimate, or the engine's message if it cannot be planned. */
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
