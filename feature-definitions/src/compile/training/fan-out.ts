import type { Expression } from "../../ir/expressions";
import type { Entity, FeatureView } from "../../ir/nodes";
import type { SpineTable, Strategy } from "../source/entities";
import { equal, groupKeys, type Key, type Rows, sourceRows } from "../source/source-rows";
import { namesAround } from "../source/stages";
import { canRun } from "../strategies/running-rows";
import { field, from, type Item, type Query, type SqlExpression, type Stage, select } from "../tree/sql-tree";
import type { TrainingView } from "./point-in-time";

/** Cost of joining a view's source to a spine. */
export interface FanOut {
  /**
   * The number of source rows that pass the view's filters and whose entity occurs in the spine more than four times.
   */
  readonly sourceRows: number;
  /** The number of pairs of these rows with spine rows, regardless of time: the join has to process them. */
  readonly joinedRows: number;
}

/** Threshold: above this ratio of joined pairs to timeline rows, sorting and walking the timeline is cheaper. */
const FAN_OUT_WORTH_RUNNING = 4;

/** Threshold: below this number of pairs the join finishes while the rest of the source is still being sorted. */
const PAIRS_WORTH_RUNNING = 500_000;

/** Returns the query for whether a spine repeats entities: one row with the boolean `repeats`. */
export function repeatsQuery({ key }: Entity, { schema, table }: SpineTable): Query {
  const spine = "spine";
  const keys = key.map(({ name, type }): Key => ({ name, type, expression: field(spine, name, type) }));
  // A key that repeats within a tenant also repeats across all tenants.
  const counted = countKeys("keys", {
    from: from({ kind: "table", schema, table }, spine),
    where: [],
    tenant: null,
    keys,
  });
  const isRepeated: SqlExpression = { kind: "any_true", operand: isReadOften(counted.name) };
  return {
    kind: "query",
    stages: [counted],
    result: select({
      items: [{ name: "repeats", expression: isRepeated }],
      from: from({ kind: "stage", name: counted.name }, counted.name),
    }),
  };
}

/** Returns the query for how many rows of a spine are before an instant: one row with `rows`. */
export function rowsBeforeQuery({ schema, table }: SpineTable, since: string): Query {
  const spine = "spine";
  const instant: Expression = { kind: "literal", type: "timestamp", value: since };
  const isBefore: SqlExpression = {
    kind: "comparison",
    operator: "<",
    left: field(spine, "_as_of", "timestamp"),
    right: { kind: "scalar", expression: instant, fields: new Map() },
  };
  return {
    kind: "query",
    stages: [],
    result: select({
      items: [{ name: "rows", expression: countOfRows }],
      from: from({ kind: "table", schema, table }, spine),
      where: [isBefore],
    }),
  };
}

const countOfRows: SqlExpression = {
  kind: "aggregate",
  name: "count",
  operand: null,
  operandType: null,
  fraction: null,
  filter: [],
};

function isReadOften(keys: string): SqlExpression {
  return {
    kind: "comparison",
    operator: ">",
    left: field(keys, "_count"),
    right: { kind: "integer", value: FAN_OUT_WORTH_RUNNING },
  };
}

/** Chooses the cheaper strategy for a spine with this many rows; `join` if the features allow no other. */
export function chooseStrategy({ view, features: names }: TrainingView, spineRows: number, fanOut: FanOut): Strategy {
  const features = view.features.filter(({ name }) => names.includes(name));
  const few = Math.max(PAIRS_WORTH_RUNNING, FAN_OUT_WORTH_RUNNING * (spineRows + fanOut.sourceRows));
  return canRun({ ...view, features }) && fanOut.joinedRows > few ? "running" : "join";
}

/** Returns the query that measures a view's fan-out over a spine: one row with `source_rows` and `joined_rows`. */
export function fanOutQuery(view: FeatureView, { schema, table }: SpineTable): Query {
  const names = namesAround([view]);
  const source = sourceRows(view.source, view.entity.key, [view.filter], "ever", { kind: "all" });
  const spine = names("spine");
  const keys = view.entity.key.map(({ name, type }): Key => ({ name, type, expression: field(spine, name, type) }));
  const spineRows: Pick<Rows, "from" | "where" | "tenant" | "keys"> = {
    from: from({ kind: "table", schema, table }, spine),
    where: [],
    tenant: source.tenant && field(spine, "_tenant", "string"),
    keys,
  };
  const sourceKeys = countKeys(names("source_keys"), source);
  const spineKeys = countKeys(names("spine_keys"), spineRows);
  const keyNames = [...(source.tenant ? ["_tenant"] : []), ...keys.map(({ name }) => name)];
  const repeatedKeys: Stage = {
    name: names("repeated_keys"),
    query: select({
      items: [...keyNames, "_count"].map((name) => ({ name, expression: field(spineKeys.name, name) })),
      from: from({ kind: "stage", name: spineKeys.name }, spineKeys.name),
      where: [isReadOften(spineKeys.name)],
    }),
  };
  const matching = keyNames.map((name) => equal(field(repeatedKeys.name, name), field(sourceKeys.name, name)));
  const count = (name: string): Expression => ({ kind: "column", name, type: "decimal", nullable: true });
  const counts = new Map<string, SqlExpression>([
    ["source", field(sourceKeys.name, "_count")],
    ["spine", field(repeatedKeys.name, "_count")],
  ]);
  const pairs: Expression = { kind: "arithmetic", operator: "*", left: count("source"), right: count("spine") };
  return {
    kind: "query",
    stages: [sourceKeys, spineKeys, repeatedKeys],
    result: select({
      items: [
        { name: "source_rows", expression: total({ kind: "scalar", expression: count("source"), fields: counts }) },
        { name: "joined_rows", expression: total({ kind: "scalar", expression: pairs, fields: counts }) },
      ],
      from: from({ kind: "stage", name: sourceKeys.name }, sourceKeys.name, [
        { kind: "inner", relation: { kind: "stage", name: repeatedKeys.name }, alias: repeatedKeys.name, on: matching },
      ]),
    }),
  };
}

/** Counts the rows of each key. */
function countKeys(name: string, rows: Pick<Rows, "from" | "where" | "tenant" | "keys">): Stage {
  const items: Item[] = [...(rows.tenant ? [{ name: "_tenant", expression: rows.tenant }] : []), ...rows.keys];
  return {
    name,
    query: select({
      items: [...items, { name: "_count", expression: countOfRows }],
      from: rows.from,
      where: rows.where,
      groupBy: groupKeys(rows),
    }),
  };
}

function total(operand: SqlExpression): SqlExpression {
  const sum: SqlExpression = {
    kind: "aggregate",
    name: "sum",
    operand,
    operandType: "decimal",
    fraction: null,
    filter: [],
  };
  return {
    kind: "coalesce",
    operands: [
      { kind: "convert", operand: sum, type: "int64" },
      { kind: "integer", value: 0 },
    ],
  };
}
