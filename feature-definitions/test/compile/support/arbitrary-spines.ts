import fc from "fast-check";
import { emptyContract } from "../../../src/author/feature";
import type { Strategy } from "../../../src/compile/source/entities";
import { canRun } from "../../../src/compile/strategies/running-rows";
import { mergeableBy } from "../../../src/compile/training/merged-views";
import type { Feature, FeatureView, SourceColumn } from "../../../src/ir/nodes";
import type { TableRow } from "../reference/rows-as-of";
import { DAY, printInstant } from "../reference/time";
import type { Value } from "../reference/values";
import { anyShape, anyViewOf, asOf, type CaseShape, columnNames } from "./arbitrary-cases";
import { anyRowsOf, anyTableRow, type CaseRows, UUID } from "./arbitrary-rows";
import type { SqlDatabase } from "./databases";
import { holdsDecimals, isEqualOn } from "./engine-cases";

/** A row of a spine: `key` has a value for each of the entity's key columns. */
export interface SpineRow {
  readonly tenant: string;
  readonly key: readonly Value[];
  readonly asOf: bigint;
}

export interface SpineCase {
  readonly shape: CaseShape;
  /** Over the same entity and rows, in one training set. */
  readonly views: readonly FeatureView[];
  readonly rows: CaseRows;
  /** Rows that are unknown at all of the spine's times. */
  readonly later: CaseRows;
  readonly spine: readonly SpineRow[];
}

/** The spine's table: PostgreSQL's is in the store's schema, DuckDB's a table of the session. */
export const spineTables = {
  postgres: { schema: "featstore", table: "spine" },
  duckdb: { schema: null, table: "spine" },
  spark: { schema: null, table: "spine" },
} as const;

/** Its name in SQL. */
function spineName({ engine }: SqlDatabase): string {
  return engine === "postgres" ? "featstore.spine" : "spine";
}

/** The later times turn a row in the past of one spine row into the future of another. */
const anyAsOf = fc.constantFrom(
  asOf,
  asOf,
  asOf - 1n,
  asOf - DAY / 24n,
  asOf - DAY + 1n,
  asOf - 7n * DAY,
  asOf - 20n * DAY,
  asOf - 400n * DAY,
  asOf + DAY,
);
const latestAsOf = asOf + DAY;

const anyKeys: readonly fc.Arbitrary<Value>[] = [
  fc.constantFrom(1n, 1n, 1n, 9007199254740993n, 404n),
  fc.constantFrom("a", "a", "a", "A", "nobody"),
  fc.constantFrom(UUID, UUID, "ffffffff-0000-4000-8000-00000000000b"),
];

const anySpine = (keys: 1 | 2 | 3): fc.Arbitrary<readonly SpineRow[]> =>
  fc
    .array(
      fc.record({
        tenant: fc.constantFrom("t1", "t1", "t2", ""),
        key: fc.tuple(...anyKeys.slice(0, keys)),
        asOf: anyAsOf,
      }),
      { maxLength: 8 },
    )
    .chain((rows) =>
      // A row that occurs twice must be returned twice.
      fc.boolean().map((isDoubled) => (isDoubled ? [...rows, ...rows.slice(0, 2)] : rows)),
    );

function anyLaterRows(shape: CaseShape): fc.Arbitrary<CaseRows> {
  const after = (row: TableRow): TableRow => ({ ...row, tieBreak: 50n, eventTime: latestAsOf + 1n });
  const learned = (row: TableRow): TableRow => ({ ...row, tieBreak: 50n, knownTime: latestAsOf + 1n });
  const source = fc.array(
    anyTableRow(shape, columnNames).map((row) => (shape.knownTime && row.tenant !== "t2" ? learned(row) : after(row))),
    { maxLength: 3 },
  );
  const none = fc.constant<readonly TableRow[]>([]);
  return fc.record({
    // Sources without times, or with one row per key, have no later rows.
    source: shape.eventTime === "none" || shape.history === "current" ? none : source,
    population: fc.array(anyTableRow(shape, []).map(after), { maxLength: 2 }),
  });
}

/** A view over a source with some static columns. */
function withStatic(view: FeatureView, names: readonly string[]): FeatureView {
  const mark = (column: SourceColumn): SourceColumn =>
    names.includes(column.name) ? { ...column, static: true } : column;
  return { ...view, source: { ...view.source, columns: view.source.columns.map(mark) } };
}

const anyTrainedView = (shape: CaseShape): fc.Arbitrary<FeatureView> =>
  fc
    .record({
      view: anyViewOf(shape),
      names: fc.constantFrom(columnNames, columnNames.slice(3), []),
      ttlSeconds: fc.constantFrom(null, null, 3600, 86_400, 10 * 86_400),
    })
    .map(({ view, names, ttlSeconds }) => ({ ...withStatic(view, names), ttlSeconds }));

const counted: Feature = {
  name: "counted",
  expression: { kind: "aggregate", name: "count", operand: null, where: null, overSeconds: null, ignoreNulls: false },
  type: "int32",
  nullable: false,
  embedding: null,
  contract: emptyContract,
};

/** The view with only those features that allow it to be compiled together with others. */
function withMergeable(view: FeatureView, strategy: Strategy): FeatureView {
  const features = view.features.filter((feature) => {
    const only = { ...view, features: [counted, feature] };
    return mergeableBy(only, strategy) !== null && (strategy === "join" || canRun(only));
  });
  return { ...view, features: [counted, ...features] };
}

const anyViews = (shape: CaseShape): fc.Arbitrary<readonly FeatureView[]> =>
  fc.oneof(
    fc.array(anyTrainedView(shape), { minLength: 1, maxLength: 2 }),
    fc
      .tuple(fc.tuple(anyTrainedView(shape), anyTrainedView(shape)), fc.constantFrom<Strategy>("join", "running"))
      .map(([views, strategy]) => views.map((view) => withMergeable(view, strategy))),
  );

export const anySpineCase: fc.Arbitrary<SpineCase> = anyShape.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    views: anyViews(shape),
    rows: anyRowsOf(shape),
    later: anyLaterRows(shape),
    spine: anySpine(shape.keys),
  }),
);

/** Returns the random cases that an engine computes as the reference does. */
export function spineCasesOf(engine: SqlDatabase["engine"]): fc.Arbitrary<SpineCase> {
  return anySpineCase.filter(({ views, rows, later }) =>
    views.every((view) => isEqualOn(engine, view) && holdsDecimals(engine, view, [...rows.source, ...later.source])),
  );
}

export async function createSpine(database: SqlDatabase): Promise<void> {
  if (database.engine === "spark") return fillSpine(database, []);
  await database.script(
    `create ${database.engine === "postgres" ? "unlogged table" : "table"} ${spineName(database)} (
      _row bigint primary key, _tenant text not null, id_key bigint, name_key text, uuid_key uuid, _as_of timestamptz not null, _passthrough text
    )`,
  );
}

export async function fillSpine(database: SqlDatabase, spine: readonly SpineRow[]): Promise<void> {
  const quoted = (value: Value): string => (value == null ? "null" : `'${String(value)}'`);
  const rows = spine.map(({ tenant, key: [id, name = null, uuid = null], asOf: time }, index) =>
    [String(index), tenant, String(id), name, uuid, printInstant(time)].map(quoted).join(", "),
  );
  const values = rows.map((row) => `(${row})`).join(", ");
  const table = spineName(database);
  if (database.engine === "spark") return database.script(sparkSpine(table, values));
  await database.query(`delete from ${table}`);
  if (rows.length === 0) return;
  await database.query(`insert into ${table} (_row, _tenant, id_key, name_key, uuid_key, _as_of) values ${values}`);
}

/** A view of the session, as it has no tables of its own. */
function sparkSpine(name: string, values: string): string {
  const rows = [`('', '', null, null, null, null)`, ...(values === "" ? [] : [values])].join(", ");
  return `create or replace temporary view ${name} as
    select _row::bigint, _tenant, id_key::bigint, name_key::string, uuid_key::string, _as_of::timestamp, null::string as _passthrough
    from values ${rows} as t(_row, _tenant, id_key, name_key, uuid_key, _as_of) where _row <> ''`;
}
