import {
  DEFAULT_ENGINE,
  type ExtendedRelation,
  type IcebergRelation,
  type Relation,
  type Source,
  type SourceColumn,
} from "./nodes";

/** The tenant column of an extended source that only its extension declares. */
export const SCOPE_OF_EXTENSION = "_tenant";

/** A source whose rows come directly from a table, a query or files. */
export type PlainSource = Source & { readonly relation: Exclude<Relation, { readonly kind: "extended" }> };

/**
 * The tables, queries and files that a source's rows come from, as sources: the source itself, or the parts of an
 * extended source.
 */
export function plainSources(source: Source): readonly PlainSource[] {
  const { relation } = source;
  if (relation.kind === "extended") return [...plainSources(relation.base), ...plainSources(relation.extension)];
  return [{ ...source, relation }];
}

/**
 * The name of the engine that computes over a source or relation; for an extended one, its base's. `checkDefinitions`
 * refuses a view of several engines.
 */
export function engineOf(of: Source | Relation): string {
  if (of.kind === "source") return engineOf(of.relation);
  return of.kind === "extended" ? engineOf(of.base) : (of.engine ?? DEFAULT_ENGINE);
}

/** The relation of the rows that were added to an Iceberg table or removed from it, with the columns of the table. */
export function changesOf(relation: IcebergRelation): IcebergRelation {
  return { ...relation, table: `${relation.table}.changes` };
}

/** The columns that a source takes from its extension. */
export function extensionColumns({ relation }: Source): readonly string[] {
  return relation.kind === "extended" ? [...extensionColumns(relation.base), ...relation.columns] : [];
}

/** The column, of the key or not, that a source declares under a name. */
export function declaredColumn(
  { key, columns }: Pick<Source, "key" | "columns">,
  name: string,
): SourceColumn | undefined {
  return [...key, ...columns].find((column) => column.name === name);
}

/** The part (a table, query or files as a source) that a column comes from, with that column. */
export function originOf(source: Source, column: SourceColumn): readonly [PlainSource, SourceColumn] {
  const { relation } = source;
  if (relation.kind !== "extended") return [{ ...source, relation }, column];
  const { base, extension, columns } = relation;
  if (!columns.includes(column.name)) return originOf(base, column);
  return originOf(extension, declaredColumn(extension, column.name) ?? column);
}

/**
 * Returns whether a key occurs at most once: true for a source that is updated in place, unless its key was chosen
 * later.
 */
export function hasOneRowPerKey({ history, declaredKey }: Source): boolean {
  return history === "current" && declaredKey === undefined;
}

/** The columns that order an extension's rows of one key and time: the tie-break, or else the columns that are taken. */
export function tiesOfExtension({ extension, by, columns }: ExtendedRelation): readonly string[] {
  const databaseName = (name: string): string => declaredColumn(extension, name)?.column ?? name;
  const keyColumns = by.map(({ key }) => databaseName(key));
  const declared = extension.tieBreak.filter((column) => !keyColumns.includes(column));
  const taken = columns.filter((name) => declaredColumn(extension, name)?.type !== "json").map(databaseName);
  return (declared.length > 0 ? declared : taken).filter((column) => column !== extension.eventTime?.column);
}
