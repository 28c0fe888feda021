import {
  addPrimaryKey,
  createTable,
  fillTable,
  keyNames,
  quoteGeneration,
  servedFeatures,
  servingQueries,
  vectorFeatures,
} from "../compile/generations/index";
import { compileView } from "../compile/index";
import { postgresDialect, quoteName } from "../compile/postgres/index";
import { FEATURES_SCHEMA } from "../compile/tree/identifiers";
import { instantText } from "../evaluate/time-texts";
import type { FeatureView } from "../ir/nodes";
import { createSourceTables, type GivenRows, readFromSchema, readsVectors } from "./source-tables";
import type { TestDatabase, TestSession } from "./test-database";

/**
 * One row of a materialized view, values as clients see them: key columns, features, and `_tenant` ('' is the shared
 * scope), `_event_time` (ISO text, null for a member without rows) and `_unparsed` (features that lost a value to a cast).
 */
export type MaterializedRow = Readonly<Record<string, unknown>>;

/** A view as its module exports it, or its IR. */
export type ViewUnderTest = FeatureView | { readonly kind: "feature_view_definition"; readonly ir: FeatureView };

export function irOf(view: ViewUnderTest): FeatureView {
  return view.kind === "feature_view" ? view : view.ir;
}

/**
 * Runs a view over the specified rows as of a time and returns its rows in key order.
 *
 * @throws TypeError for a source that the view does not read, or a column that its source does not have
 * @example
 * const rows = await materializeRows(database, speechSentiment, {
 *   given: { speeches: [{ speech_id: 7 }], analyses: [{ speech_id: 7, sentiment: "positive", analyzed_at: "2026-01-01" }] },
 *   asOf: "2026-02-01",
 * });
 */
export function materializeRows(
  database: TestDatabase,
  view: ViewUnderTest,
  { given, asOf }: { readonly given: GivenRows; readonly asOf: string },
): Promise<readonly MaterializedRow[]> {
  const ir = irOf(view);
  return database.use({ vectors: readsVectors(ir) }, async (session) => {
    const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
    await session.script(`create schema ${quoteName(name)}`);
    try {
      await createSourceTables(session, [ir], name, given);
      return await materialize(session, readFromSchema(ir, name), name, asOf);
    } finally {
      await session.script(
        `drop schema ${quoteName(name)} cascade; drop table if exists ${quoteName(FEATURES_SCHEMA)}.${quoteName(name)}`,
      );
    }
  });
}

async function materialize(
  session: TestSession,
  view: FeatureView,
  table: string,
  asOf: string,
): Promise<readonly MaterializedRow[]> {
  const compiled = compileView(postgresDialect, view);
  await session.script(createTable(view, table));
  await session.query(fillTable(view, table, compiled.text), [instant(asOf), ...compiled.parameters]);
  await session.script(addPrimaryKey(view, table));
  const order = keyNames(view).map(quoteName).join(", ");
  const rows = await session.query<Record<string, string | null>>(servingQueries(view, table).all);
  const extras = await session.query<Record<string, string | null>>(
    `select pg_catalog.to_json("_unparsed")::text as "_unparsed"${vectorFeatures(view)
      .map(({ name }) => `, ${quoteName(name)}::text as ${quoteName(name)}`)
      .join("")} from ${quoteGeneration(table)} order by ${order}`,
  );
  return rows.map((row, index) => toRow(view, row, extras[index] ?? {}));
}

export function instant(text: string): string {
  return /([zZ]|[-+]\d\d:?\d\d)$/.test(text) ? text : `${text} UTC`;
}

function toRow(
  view: FeatureView,
  row: Readonly<Record<string, string | null>>,
  extras: Readonly<Record<string, string | null>>,
): MaterializedRow {
  const json = (text: string | null | undefined): unknown => (text == null ? null : JSON.parse(text));
  const isBigint = new Set(view.features.filter(({ type }) => type === "int64").map(({ name }) => name));
  const entries: [string, unknown][] = [
    ["_tenant", row._tenant],
    ...view.entity.key.map(({ name, type }): [string, unknown] => {
      const text = row[name] ?? "";
      return [name, type === "string" || type === "uuid" ? text : type === "int64" ? BigInt(text) : Number(text)];
    }),
    ["_event_time", row._event_time == null ? null : instantText(BigInt(row._event_time))],
    ...servedFeatures(view).map(({ name }): [string, unknown] => {
      const value = json(row[name]);
      return [name, isBigint.has(name) && typeof value === "string" ? BigInt(value) : value];
    }),
    ...vectorFeatures(view).map(({ name }): [string, unknown] => [name, json(extras[name])]),
    ["_unparsed", json(extras._unparsed) ?? []],
  ];
  return Object.fromEntries(entries);
}
