import type { CatalogColumn } from "@featstore/definitions";
import { sharedKeyType } from "./author-types";
import { creationTime } from "./choose-history";
import type { TableDescription } from "./plan-definition";
import { freeName, joined, type PlannedColumn, planColumn, safeName } from "./planned-column";

/** The table that says which entities exist, where the described table names its rows by a foreign key. */
export interface PlannedPopulation {
  /** `public.songs` */
  readonly table: string;
  readonly source: string;
  /** In the order of the definition's own key, under the same names. */
  readonly key: readonly PlannedColumn[];
  /** Null: no column looks like the time at which a row came to be. */
  readonly time: PlannedColumn | null;
}

export interface MatchedPopulation {
  readonly description: TableDescription;
  /** Its columns that the key refers to, in the key's order. */
  readonly keyColumns: readonly CatalogColumn[];
}

/** The referenced table, if one type can hold both columns of every part of the key. */
export function matchedPopulation(
  keyColumns: readonly CatalogColumn[],
  { description, columns }: { readonly description: TableDescription; readonly columns: readonly string[] },
): MatchedPopulation | undefined {
  const found = columns.flatMap((name) => description.columns.find((column) => column.name === name) ?? []);
  const isMatched =
    found.length === keyColumns.length &&
    found.every((column, index) => sharedKeyType(column, keyColumns[index] ?? column) !== undefined);
  return isMatched ? { description, keyColumns: found } : undefined;
}

/** The population's source, and the definition's own key with the types that it shares with it. */
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
