import {
  type CompiledTrainingSet,
  columnsOf,
  compileTrainingSet,
  type Expression,
  type Feature,
  type FeatureView,
  instantText,
  jsonText,
  type PlainSource,
  plainSources,
  postgresDialect,
  type Source,
  type StoredRows,
} from "@featstore/definitions/compiler";
import { type CallOptions, quoteName, quoteTable, quoteText, type Statement } from "../database/index";
import type { RegisteredView } from "../registry/index";
import type { ReplayRow, ReplayStore, Watermark } from "./replay-store";
import { inexactAggregates } from "./same-value";

/** Returns the names of a view's features whose source keeps no history, so that a replay says nothing about them. */
export function withoutHistory(view: FeatureView): ReadonlySet<string> {
  const names = view.features.map(({ name }) => name);
  const { columns } = compileTrainingSet(postgresDialect, {
    views: [{ view, features: names }],
    spine: { schema: "", table: "" },
  });
  return new Set(columns.filter((column) => column.withoutHistory).map(({ feature }) => feature));
}

/**
 * Computes a view's rows for entities as of their times, by the compiler of training sets, in the order of `rows`. No
 * row is expired: the ttl is judged at the time of the response. `storedRows`: the store's rows of a view whose source
 * keeps no history.
 */
export async function replayView(
  store: ReplayStore,
  view: FeatureView,
  rows: readonly ReplayRow[],
  options: CallOptions,
  storedRows: StoredRows | null = null,
): Promise<readonly ViewRow[]> {
  if (rows.length === 0) return [];
  const lasting = { ...view, ttlSeconds: null };
  const names = view.features.map(({ name }) => name);
  const found = await store.replay(
    keyColumns(view),
    rows,
    (table) => replayStatement(lasting, names, table, storedRows),
    options,
  );
  return found.map((row) => ({
    eventTime: row.e === null || row.e === undefined ? null : Number(row.e),
    values: new Map(names.map((name, index) => [name, String(row[`v${index}`])])),
  }));
}

/** Limits the view to rows that were written before a generation's watermark. */
export function beforeWatermark(view: FeatureView, watermark: Watermark): FeatureView {
  const { population } = view.entity;
  return {
    ...view,
    source: withoutLaterRows(view.source, watermark),
    entity: { ...view.entity, population: population && withoutLaterRows(population, watermark) },
  };
}

/** Returns whether each entity has a row, of the source or the population, that was written after the watermark. */
export async function hasLaterRows(
  store: ReplayStore,
  view: FeatureView,
  rows: readonly ReplayRow[],
  watermark: Watermark,
  options: CallOptions,
): Promise<readonly boolean[]> {
  if (rows.length === 0) return [];
  const { population } = view.entity;
  const sources = (population === null ? [view.source] : [view.source, population]).flatMap(plainSources);
  const statement = (table: string): Statement => ({
    text: `select "spine"."_row" as "row", ${sources
      .map((source) => `exists (${laterRowsOf(source, view, watermark)})`)
      .join(" or ")} as "later"
from "featstore".${quoteName(table)} as "spine" order by "spine"."_row"`,
  });
  const found = await store.replay(keyColumns(view), rows, statement, options);
  return found.map(({ later }) => later === true);
}

/**
 * Computes for each entity and feature the sum of absolute values of its float sums; features without any are absent.
 */
export async function replayMagnitudes(
  store: ReplayStore,
  view: FeatureView,
  rows: readonly ReplayRow[],
  options: CallOptions,
): Promise<readonly ReadonlyMap<string, number>[]> {
  const sums = view.features.flatMap((feature) =>
    inexactAggregates(feature).map((aggregate, index) => ({
      of: feature.name,
      feature: {
        ...feature,
        name: `${feature.name}_${index}`,
        type: "float64",
        nullable: true,
        embedding: null,
        expression: { ...aggregate, name: "sum", operand: unsigned(aggregate) },
      } as const satisfies Feature,
    })),
  );
  if (sums.length === 0) return rows.map(() => new Map());
  const replayed = await replayView(store, { ...view, features: sums.map(({ feature }) => feature) }, rows, options);
  return replayed.map(({ values }) => {
    const magnitudes = new Map<string, number>();
    for (const { of, feature } of sums) {
      const sum = Number(values.get(feature.name) ?? "null");
      magnitudes.set(of, Math.max(magnitudes.get(of) ?? 0, Number.isNaN(sum) ? 0 : sum));
    }
    return magnitudes;
  });
}

/** Replaces the summands of the aggregate by their absolute values; for a variance, by their squares. */
function unsigned({ name, operand }: ReturnType<typeof inexactAggregates>[number]): Expression {
  if (name === "variance") return { kind: "arithmetic", operator: "*", left: operand, right: operand };
  const zero: Expression = { kind: "literal", type: "float64", value: 0 };
  return {
    kind: "case",
    branches: [
      {
        when: { kind: "comparison", operator: "<", left: operand, right: zero },
        value: { kind: "arithmetic", operator: "-", left: zero, right: operand },
      },
    ],
    otherwise: operand,
  };
}

function keyColumns(view: FeatureView) {
  const types = new Map(columnsOf(view).map(({ name, databaseType }) => [name, databaseType]));
  return view.entity.key.map(({ name }) => ({ name, databaseType: types.get(name) ?? "text" }));
}

function replayStatement(
  view: FeatureView,
  names: readonly string[],
  table: string,
  storedRows: StoredRows | null,
): Statement {
  const compiled: CompiledTrainingSet = compileTrainingSet(postgresDialect, {
    views: [{ view, features: names, ...(storedRows === null ? {} : { stored: storedRows }) }],
    spine: { schema: "featstore", table },
  });
  const values = compiled.columns.map(
    ({ name, type }, index) => `${jsonText(`"known".${quoteName(name)}`, type)} as "v${index}"`,
  );
  return {
    text: `select (extract(epoch from "known"."_event_time_1") * 1000000)::bigint::text as "e",
  ${values.join(",\n  ")}
from (
${compiled.statement.text}
) as "known"
order by "known"."_row"`,
    parameters: compiled.statement.parameters,
  };
}

function withoutLaterRows(source: Source, watermark: Watermark): Source {
  const { relation } = source;
  if (relation.kind !== "table") return source;
  const text = `select "written".* from ${relationText(relation)} as "written" where not ${cameAfter("written", watermark)}`;
  return { ...source, relation: { kind: "query", text } };
}

function laterRowsOf(source: PlainSource, { entity }: FeatureView, watermark: Watermark): string {
  const same = entity.key.map(({ name }) => {
    const column = source.key.find((key) => key.name === name)?.column ?? name;
    return `"written".${quoteName(column)}::text = "spine".${quoteName(name)}::text`;
  });
  if (source.tenant !== null) same.push(`"written".${quoteName(source.tenant)}::text = "spine"."_tenant"`);
  return `select from ${relationText(source.relation)} as "written" where ${[...same, cameAfter("written", watermark)].join(" and ")}`;
}

function cameAfter(alias: string, { transaction, snapshot }: Watermark): string {
  const seenText = snapshot === null ? "null" : quoteText(snapshot.replaceAll(/[^0-9:,]/g, ""));
  return `featstore.came_after("${alias}".xmin, ${BigInt(transaction)}, ${seenText})`;
}

/** Writes a source's table or query for a `from` clause, which adds the alias. */
export function relationText(relation: PlainSource["relation"]): string {
  return relation.kind === "query" ? `(\n${relation.text}\n)` : quoteTable(relation.schema, relation.table);
}

/** One entity's row of a view, from a table or a replay. */
export interface ViewRow {
  /** Microseconds since 1970 UTC; null without source rows. */
  readonly eventTime: number | null;
  /** JSON texts by feature. */
  readonly values: ReadonlyMap<string, string>;
}

/** The stored rows of a view whose source has no history; null if there are none. */
export function storedRowsOf({ historySince, served }: RegisteredView): StoredRows | null {
  if (historySince === undefined || served === null) return null;
  return { table: served.table, since: instantText(historySince) };
}
