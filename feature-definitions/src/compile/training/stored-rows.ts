import { type FeatureView, scopeOf } from "../../ir/nodes";
import { type Spine, spineAsOf } from "../source/entities";
import { historyTable } from "../source/history";
import { equal, spineRow } from "../source/source-rows";
import { FEATURES_SCHEMA } from "../tree/identifiers";
import {
  allOf,
  field,
  from,
  type Item,
  isNotNull,
  type Query,
  type SqlExpression,
  type Stage,
  select,
} from "../tree/sql-tree";
import { isOlder } from "./join-to-spine";

/** The history that the store has kept for a view whose source has none. */
export interface StoredRows {
  /** The relation of the served generation, in schema `features`. */
  readonly table: string;
  /** The start of the stored history, as ISO text; earlier values are unknown. */
  readonly since: string;
}

/** Columns of the query that are not features; `_row` is null if nothing was stored at the spine row's time. */
export const STORED_TIME = "_event_time";
export const STORED_EXPIRED = "_expired";

/**
 * The view's rows as stored at each spine row's time: `_row`, `_event_time`, `_expired`, then the features. Spine rows
 * without stored history, and those whose entity did not exist then, have no row.
 */
export function readStoredRows(
  view: FeatureView,
  features: readonly string[],
  stored: StoredRows,
  spine: Spine,
): Query {
  const generation = "_served";
  const past = "_past";
  const asOf = spineAsOf(spine);
  const row = spineRow(spine.alias);
  const ofEntity = (relation: string): readonly SqlExpression[] => [
    equal(
      field(relation, "_tenant", "string"),
      scopeOf(view) === "tenant" ? field(spine.alias, "_tenant", "string") : { kind: "shared_scope" },
    ),
    ...view.entity.key.map(({ name, type }) => equal(field(relation, name, type), field(spine.alias, name, type))),
  ];
  const isKnown: SqlExpression = {
    kind: "comparison",
    operator: "<=",
    left: {
      kind: "scalar",
      expression: { kind: "literal", type: "timestamp", value: stored.since },
      fields: new Map(),
    },
    right: asOf,
  };
  const history = { kind: "table", schema: FEATURES_SCHEMA, table: historyTable(view) } as const;
  // The first state that ended after the spine row's time.
  const stage: Stage = {
    name: past,
    query: select({
      distinctOn: [row.expression],
      items: [
        row,
        ...["_present", STORED_TIME, ...features].map((name) => ({ name, expression: field("_history", name) })),
      ],
      from: from(spine.relation, spine.alias, [
        { kind: "inner", relation: history, alias: "_history", on: [...ofEntity("_history"), isAfter("_until", asOf)] },
      ]),
      where: [isKnown],
      orderBy: [row.expression, field("_history", "_until")].map((expression) => ({
        expression,
        descending: false,
        string: false,
      })),
    }),
  };
  const changed = isNotNull(field(past, "_row"));
  const read = (name: string): SqlExpression => ({
    kind: "case",
    when: changed,
    value: field(past, name),
    otherwise: field(generation, name),
  });
  const isServed = isNotNull(field(generation, "_tenant"));
  const exists: SqlExpression = { kind: "case", when: changed, value: field(past, "_present"), otherwise: isServed };
  const time = read(STORED_TIME);
  // Rows without their own event time have the time at which they are read.
  const eventTime: SqlExpression =
    view.source.eventTime === null ? { kind: "case", when: isNotNull(time), value: asOf, otherwise: null } : time;
  const items: Item[] = [
    row,
    { name: STORED_TIME, expression: eventTime },
    {
      name: STORED_EXPIRED,
      expression: view.ttlSeconds === null ? { kind: "null", type: "bool" } : isOlder(eventTime, view.ttlSeconds, asOf),
    },
    ...features.map((name) => ({ name, expression: read(name) })),
  ];
  const served = { kind: "table", schema: FEATURES_SCHEMA, table: stored.table } as const;
  return {
    kind: "query",
    stages: [stage],
    result: select({
      items,
      from: from(spine.relation, spine.alias, [
        { kind: "left", relation: served, alias: generation, on: ofEntity(generation) },
        {
          kind: "left",
          relation: { kind: "stage", name: past },
          alias: past,
          on: [equal(field(past, "_row"), row.expression)],
        },
      ]),
      where: [allOf([isKnown, exists]) ?? isKnown],
    }),
  };
}

function isAfter(name: string, asOf: SqlExpression): SqlExpression {
  return { kind: "comparison", operator: ">", left: field("_history", name), right: asOf };
}
