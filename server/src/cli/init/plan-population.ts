import type { CatalogColumn, CatalogForeignKey } from "@featstore/definitions/compiler";
import { sharedKeyType } from "./author-types";
import { creationTime } from "./choose-history";
import type { PlannedFiles } from "./files-place";
import { freeName, joined, type PlannedColumn, planColumn, safeName } from "./planned-column";

/** The table that lists the entities; the described table refers to it by a foreign key. */
export interface PlannedPopulation {
  /** `public.songs` */
  readonly table: string;
  readonly source: string;
  /** In the order of the definition's own key, under the same names. */
  readonly key: readonly PlannedColumn[];
  /** Null if no column looks like a row's creation time. */
  readonly time: PlannedColumn | null;
}

export interface MatchedPopulation {
  readonly description: TableDescription;
  /** Its columns that the key refers to, in the key's order. */
  readonly keyColumns: readonly CatalogColumn[];
}

/** Returns the referenced table if each key part has a type that fits both columns. */
export function matchedPopulation(
  keyColumns: readonly CatalogColumn[],
  { description, columns }: { readonly description: TableDescription; readonly columns: readonly string[] },
): MatchedPopulation | undefined {
  const matched = columns.flatMap((name) => description.columns.find((column) => column.name === name) ?? []);
  const isMatched =
    matched.length === keyColumns.length &&
    matched.every((column, index) => sharedKeyType(column, keyColumns[index] ?? column) !== undefined);
  return isMatched ? { description, keyColumns: matched } : undefined;
}

/** Plans the population's source and gives the definition's key the types that both tables share. */
export function planPopulation(
  { description, keyColumns }: MatchedPopulation,
  own: { readonly source: string; readonly key: readonly PlannedColumn[]; readonly columns: readonly CatalogColumn[] },
): { readonly population: PlannedPopulation; readonly ownKey: readonly PlannedColumn[] } {
  const { schema, table, columns } = description;
  const types = keyColumns.map((column, index) => sharedKeyType(column, own.columns[index] ?? column));
  const typed = (planned: PlannedColumn, index: number): PlannedColumn => ({
    ...planned,
    type: types[index] ?? planned.type,
  });
  const names = own.key.map(({ name }) => name);
  const others = columns.filter((column) => !keyColumns.includes(column));
  const planned = others.flatMap((column) =>
    planColumn(column, freeName(safeName(column.name), new Set(names)), false),
  );
  const name = safeName(table);
  return {
    population: {
      table: `${schema}.${table}`,
      source: name === own.source ? joined(name, "listed") : name,
      key: keyColumns.flatMap((column, index) => planColumn(column, names[index] ?? "", true)).map(typed),
      time: creationTime(planned) ?? null,
    },
    ownKey: own.key.map(typed),
  };
}
/** The user's table as described by the catalog. */
export interface TableDescription {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly CatalogColumn[];
  readonly uniqueKeys: readonly (readonly string[])[];
  /** Empty if there is none. */
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly CatalogForeignKey[];
  /** Set if they are files instead of a table; `schema` is empty then, and `table` a name for them. */
  readonly files?: PlannedFiles;
}
