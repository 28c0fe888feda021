import type { FeatureView, ValueType } from "@featstore/definitions/compiler";
import { type Database, quoteName } from "../../database/index";
import { KEY_SEPARATOR } from "../online-store/online-store";

/** A row of a view's table, with its columns as plain texts. */
export interface TableRow {
  readonly scope: string;
  readonly key: string;
  readonly values: ReadonlyMap<string, string | null>;
}

/** Names the same rows of the same table each time. */
export interface Sample {
  readonly rows: number;
  readonly offset: number;
  readonly seed: number;
}

/** So that finding the rows never takes long, however large the table is. */
const MAX_OFFSET = 10_000;
/** The rows after the offset from which the sample is taken. */
const NEARBY = 1000;
const MAX_SEED = 2 ** 31;
export const DEADLINE_MS = 5_000;

/** Before texts, because PGlite removes a byte order mark from the beginning of a value. */
export const PREFIX = "=";

/** Begins at a random place of a table with `total` rows. */
export function randomSample(rows: number, total: number): Sample {
  const offset = Math.floor(Math.random() * Math.min(Math.max(total - NEARBY + 1, 1), MAX_OFFSET));
  return { rows, offset, seed: Math.floor(Math.random() * MAX_SEED) };
}

/**
 * Reads a sample of a table without the statements that serve it: for each column a row with a value, if one is nearby, and random
 * rows. Errors: `DatabaseError`.
 */
export async function sampledRows(
  database: Database,
  view: FeatureView,
  table: string,
  sample: Sample,
): Promise<readonly TableRow[]> {
  const text = sampleQuery(view, table, sample);
  const found = await database.query<Readonly<Record<string, string | null>>>({ text }, { deadlineMs: DEADLINE_MS });
  return found.map((row) => ({
    scope: row.scope ?? "",
    key: view.entity.key.map((_, index) => row[`k${index}`] ?? "").join(KEY_SEPARATOR),
    values: new Map(view.features.map(({ name }, index) => [name, row[`v${index}`] ?? null])),
  }));
}

function sampleQuery({ entity, features }: FeatureView, table: string, { rows, offset, seed }: Sample): string {
  const column = (name: string): string => `"row".${quoteName(name)}`;
  const keys = entity.key.map(({ name }) => column(name));
  const keyNames = keys.map((_, index) => `k${index}`);
  const values = features.map(({ name }, index) => `${column(name)} as v${index}`);
  const keyTexts = keyNames.map((name) => `${name}::text as ${name}`);
  const texts = features.map(({ type }, index) => `${plainText(`v${index}`, type)} as v${index}`);
  const firsts = features.map((_, index) => `min(n) filter (where v${index} is not null)`);
  const order = `"row"."_tenant", ${keys.join(", ")}`;
  // Shuffled by a hash, so that the same sample can be read again.
  const row = `pg_catalog.concat_ws(' ', scope, ${keyNames.join(", ")}) collate pg_catalog."C"`;
  return `with nearby as (
  select ${['"row"."_tenant" as scope', ...keys.map((key, index) => `${key} as k${index}`), ...values].join(", ")}
  from features.${quoteName(table)} as "row" order by ${order} limit ${NEARBY} offset ${offset}
), numbered as materialized (
  select nearby.*, row_number() over (order by pg_catalog.hashtextextended(${row}, ${seed})) as n from nearby
)
select ${["scope", ...keyTexts, ...texts].join(", ")} from numbered
order by coalesce(n = any ((select array[${firsts.join(", ")}] from numbered)::bigint[]), false) desc, n limit ${rows}`;
}

/** SQL of a column's text, in UTC for a time and as JSON for an array. */
function plainText(column: string, type: ValueType): string {
  if (type === "string") return `'${PREFIX}' || ${column}`;
  if (type === "timestamp") return `(${column} at time zone 'UTC')::text`;
  return type.endsWith("[]") ? `pg_catalog.array_to_json(${column})::text` : `${column}::text`;
}
