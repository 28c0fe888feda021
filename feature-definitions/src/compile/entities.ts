import { type FromRelation, field, type SqlExpression } from "./sql-tree";

/**
 * How a view's rows get to a spine: `join` brings each spine row its source rows and groups them; `running` puts spine and
 * source rows in one order of time and aggregates along it, so that no source row is seen more than once.
 */
export type Strategy = "join" | "running";

/**
 * The rows of a spine: each asks for one entity's row, as it was known at the as-of time of its own. Whatever is grouped
 * by entity elsewhere is grouped by spine row here.
 */
export interface Spine {
  readonly kind: "spine";
  readonly relation: FromRelation;
  readonly alias: string;
  readonly strategy: Strategy;
  /** Whether its rows also say which features lost a value to a cast. */
  readonly reportsLost: boolean;
}

/** Which entities get a row: all, as of one time, or those that a spine asks for. */
export type Entities = AllEntities | Spine;

export interface AllEntities {
  readonly kind: "all";
  /** A relation that holds the keys of those alone that are wanted, each once, in columns named as in the entity. */
  readonly wanted?: FromRelation;
}

/** A spine row's as-of time. */
export function spineAsOf({ alias }: Spine): SqlExpression {
  return field(alias, "_as_of", "timestamp");
}
