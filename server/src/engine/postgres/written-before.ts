import { type FeatureView, type PlainSource, plainSources, type Source } from "@featstore/definitions/compiler";
import {
  type CallOptions,
  type Database,
  quoteName,
  quoteTable,
  quoteText,
  type Statement,
} from "../../database/index";
import { keyColumns } from "../applied-view";
import { type Replayer, rowsAsOf } from "../replayed-rows";
import type { ReplayRow, Watermark, WrittenBefore } from "../replays";
import { relationText } from "./relation-text";

const SHORT_MS = 15_000;

/** Separates rows by the transactions that wrote them: see `Replays.writtenBefore`. */
export async function writtenBefore(
  { database, replayer }: { readonly database: Database; readonly replayer: Replayer },
  view: FeatureView,
  rows: readonly ReplayRow[],
  watermark: Watermark,
  options: CallOptions | undefined,
): Promise<WrittenBefore | null> {
  const sources = view.entity.population === null ? [view.source] : [view.source, view.entity.population];
  const tells = await Promise.all(sources.map((each) => tellsTransactions(database, each, options)));
  if (!tells.every(Boolean)) return null;
  const hasLater = await hasLaterRows(replayer, view, rows, watermark, options);
  return { hasLater, rows: await rowsAsOf(replayer, beforeWatermark(view, watermark), rows, options) };
}

/** Returns whether the rows of the source's relation show which transaction wrote them; rows of tables do. */
export async function tellsTransactions(
  database: Database,
  { relation }: Source,
  options: CallOptions | undefined,
): Promise<boolean> {
  if (relation.kind !== "table") return false;
  const rows = await database.query(
    {
      text: "select oid::text from pg_catalog.pg_class where oid = to_regclass($1::text) and relkind in ('r', 'p')",
      parameters: [quoteTable(relation.schema, relation.table)],
    },
    { deadlineMs: SHORT_MS, ...options },
  );
  return rows.length === 1;
}

/** Returns whether each entity has a row, of the source or the population, that was written after the watermark. */
async function hasLaterRows(
  { replay }: Replayer,
  view: FeatureView,
  rows: readonly ReplayRow[],
  watermark: Watermark,
  options: CallOptions | undefined,
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
  const found = await replay(keyColumns(view), rows, statement, options);
  return found.map(({ later }) => later === true);
}

/** Limits the view to rows that were written before a generation's watermark. */
function beforeWatermark(view: FeatureView, watermark: Watermark): FeatureView {
  const { population } = view.entity;
  return {
    ...view,
    source: withoutLaterRows(view.source, watermark),
    entity: { ...view.entity, population: population && withoutLaterRows(population, watermark) },
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
