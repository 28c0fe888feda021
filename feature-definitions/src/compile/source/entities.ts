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

/** A relation by its name: a table of the engine, or a stage of the surrounding statement. */
export interface TableName {
  /** Null: a stage, or a table or view of the engine's session. */
  readonly schema: string | null;
  readonly table: string;
}

/**
 * The spine's table: `_row` bigint (its primary key, from 0, in spine order), `_tenant` text not null ('' is the shared
 * scope), a column per entity key, named and typed as in the entity, and `_as_of` timestamptz not null. Further columns
 * are allowed.
 */
export type SpineTable = TableName;

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
