import { databaseType, quoteName, quoteTable, quoteText } from "../compile/postgres/index";
import type { FeatureView, Source, TimeColumn } from "../ir/nodes";
import { plainSources } from "../ir/source-parts";
import { type ValueType, vectorDimensions } from "../ir/types";
import type { TestSession } from "./test-database";

/**
 * A row of a source: its columns by the author's names, and its times, tenant and tie-break by their database names.
 * Times are ISO texts (UTC unless they have an offset) or Dates; int64 values are bigints, numbers or texts. Omitted
 * values are null.
 */
export type GivenRow = Readonly<Record<string, unknown>>;

/** Rows by the name of their source. */
export type GivenRows = Readonly<Record<string, readonly GivenRow[]>>;

interface TableColumn {
  /** The name in the database. */
  readonly name: string;
  readonly type: ValueType;
  readonly zone: string | null;
  /** The declared names: the key may also be declared as a column, and a column under several names. */
  readonly aliases: readonly string[];
}

/** The tables and queries that a view reads: its own, its extensions and its entity's population. */
export function sourcesOf({ source, entity }: FeatureView): readonly Source[] {
  return (entity.population === null ? [source] : [source, entity.population]).flatMap(plainSources);
}

/**
 * Returns the view with each source read from the table of the same name in `schema`, instead of its production
 * relation.
 */
export function readFromSchema(view: FeatureView, schema: string): FeatureView {
  const moved = (source: Source): Source => {
    const { name, relation } = source;
    if (relation.kind !== "extended") return { ...source, relation: { kind: "table", schema, table: name } };
    const { base, extension } = relation;
    return { ...source, relation: { ...relation, base: moved(base), extension: moved(extension) } };
  };
  const { population } = view.entity;
  return {
    ...view,
    source: moved(view.source),
    entity: { ...view.entity, population: population && moved(population) },
  };
}

/** Creates one table per source, with the columns of its definition, and fills it with the specified rows. */
export async function createSourceTables(
  session: TestSession,
  views: readonly FeatureView[],
  schema: string,
  given: GivenRows,
): Promise<void> {
  const byName = new Map<string, readonly Source[]>();
  for (const source of views.flatMap(sourcesOf)) byName.set(source.name, [...(byName.get(source.name) ?? []), source]);
  for (const name of Object.keys(given)) {
    if (!byName.has(name))
      throw new TypeError(`${namesOf(views)} ${[...byName.keys()].join(", ")}, but no source ${name}`);
  }
  for (const [name, sources] of byName) {
    const rows = given[name] ?? [];
    const columns = tableColumns(sources, rows);
    const table = quoteTable(schema, name);
    const definitions = columns.map((column) => `${quoteName(column.name)} ${columnType(column)}`);
    await session.script(`create table ${table} (${definitions.join(", ")})`);
    if (rows.length === 0) continue;
    const values = columns.map(columnValue).join(", ");
    const names = columns.map((column) => quoteName(column.name)).join(", ");
    await session.query(
      `insert into ${table} (${names}) select ${values} from jsonb_array_elements($1::text::jsonb) as "given" ("row")`,
      [toJson(rows.map((row) => toTableRow(name, row, columns)))],
    );
  }
}

function namesOf(views: readonly FeatureView[]): string {
  const names = views.map(({ name }) => name).join(", ");
  return views.length === 1 ? `The view ${names} reads` : `The views ${names} read`;
}

function tableColumns(sources: readonly Source[], rows: readonly GivenRow[]): readonly TableColumn[] {
  const columns = new Map<string, TableColumn>();
  const add = (column: TableColumn): void => {
    const { aliases, ...known } = columns.get(column.name) ?? column;
    columns.set(column.name, { ...known, aliases: [...new Set([...aliases, ...column.aliases])] });
  };
  for (const source of sources) {
    for (const { name, column, type, zone } of [...source.key, ...source.columns]) {
      add({ name: column, type, zone, aliases: [name] });
    }
  }
  for (const source of sources) {
    const times = [source.eventTime, source.knownTime].filter((time): time is TimeColumn => time !== null);
    for (const { column, zone } of times) add({ name: column, type: "timestamp", zone, aliases: [] });
    if (source.tenant !== null) add({ name: source.tenant, type: "string", zone: null, aliases: [] });
    for (const name of source.tieBreak) add({ name, type: undeclaredType(name, rows), zone: null, aliases: [] });
  }
  return [...columns.values()];
}

/** A tie-break column is declared by name only: numbers order as numbers. */
function undeclaredType(name: string, rows: readonly GivenRow[]): ValueType {
  const isNumber = rows.every((row) => row[name] == null || /^-?\d+$/.test(String(row[name])));
  return isNumber ? "int64" : "string";
}

function columnType({ type, zone }: TableColumn): string {
  return type === "timestamp" && zone !== null ? "timestamp without time zone" : databaseType(type);
}

/** The expression that reads a column's value from the row's JSON. */
function columnValue({ name, type, zone }: TableColumn): string {
  const json = `nullif("row" -> ${quoteText(name)}, 'null'::jsonb)`;
  const text = `("row" ->> ${quoteText(name)})`;
  if (type === "json") return json;
  if (type === "string[]") return `featstore.to_text_array(${json})`;
  if (type === "float64[]") return `featstore.to_float64_array(${json})`;
  if (type === "timestamp" && zone !== null) return `${text}::timestamptz at time zone ${quoteText(zone)}`;
  return `${text}::${databaseType(type)}`;
}

function toTableRow(source: string, row: GivenRow, columns: readonly TableColumn[]): Record<string, unknown> {
  const values = new Map<string, { readonly key: string; readonly value: unknown }>();
  for (const [key, value] of Object.entries(row)) {
    const column = columns.find(({ aliases }) => aliases.includes(key)) ?? columns.find(({ name }) => name === key);
    if (!column) {
      const known = columns.flatMap(({ aliases, name }) => (aliases.length > 0 ? aliases : [name])).join(", ");
      throw new TypeError(`The source ${source} has no column ${key}; it has ${known}`);
    }
    const other = values.get(column.name);
    if (other && toJson(other.value) !== toJson(value)) {
      throw new TypeError(
        `The source ${source} reads ${other.key} and ${key} from one column, ${column.name}: set both to one value, or set only one of them`,
      );
    }
    values.set(column.name, { key, value });
  }
  return Object.fromEntries([...values].map(([name, { value }]) => [name, value]));
}

function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "bigint") return item.toString();
    return item;
  });
}

export function readsVectors(view: FeatureView): boolean {
  const types = sourcesOf(view).flatMap((source) => source.columns.map((column) => column.type));
  return [...types, ...view.features.map((feature) => feature.type)].some(
    (type) => vectorDimensions(type) !== undefined,
  );
}
