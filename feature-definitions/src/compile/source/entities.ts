import { type FromRelation, field, type SqlExpression } from "../tree/sql-tree";

/**
 * Strategy for computing a view's rows for a spine: `join` joins each spine row with its source rows and groups them;
 * `running` sorts spine and source rows by time and aggregates in that order, so that each source row is read once.
 */
export type Strategy = "join" | "running";

/**
 * The rows of a spine: each requests one entity's row as of its own as-of time. Where other queries group by entity,
 * queries for a spine group by spine row.
 */
export interface Spine {
  readonly kind: "spine";
  readonly relation: FromRelation;
  readonly alias: string;
  readonly strategy: Strategy;
  /** True if its rows also report which features lost a value to a cast. */
  readonly reportsLost: boolean;
}

/** The entities that get a row: all as of one time, or those of a spine. */
export type Entities = AllEntities | Spine;

export interface AllEntities {
  readonly kind: "all";
  /** A relation with the keys of the requested entities only, each once, in columns named as in the entity. */
  readonly requested?: FromRelation;
}

/** The as-of time of a spine row. */
export function spineAsOf({ alias }: Spine): SqlExpression {
  return field(alias, "_as_of", "timestamp");
}
