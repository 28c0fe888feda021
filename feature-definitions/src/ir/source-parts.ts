import type { Relation, Source, SourceColumn } from "./nodes";

/** The column of the tenant that the extension alone of an extended source names. */
export const SCOPE_OF_EXTENSION = "_tenant";

/** A source whose rows are a table's or a query's. */
export type PlainSource = Source & { readonly relation: Exclude<Relation, { readonly kind: "extended" }> };

/** The tables and queries that a source's rows come from, as sources: itself, or those that it is extended of. */
export function plainSources(source: Source): readonly PlainSource[] {
  const { relation } = source;
  if (relation.kind === "extended") return [...plainSources(relation.base), ...plainSources(relation.extension)];
  return [{ ...source, relation }];
}

/** The columns of a source that come from what it is extended by. */
export function extensionColumns({ relation }: Source): readonly string[] {
  return relation.kind === "extended" ? [...extensionColumns(relation.base), ...relation.columns] : [];
}

/** The column, of the key or another, that a source declares under a name. */
export function declaredColumn(
  { key, columns }: Pick<Source, "key" | "columns">,
  name: string,
): SourceColumn | undefined {
  return [...key, ...columns].find((column) => column.name === name);
}

/** The table or query, as a source, whose column this one is; and that column. */
export function originOf(source: Source, column: SourceColumn): readonly [PlainSource, SourceColumn] {
  const { relation } = source;
  if (relation.kind !== "extended") return [{ ...source, relation }, column];
  const { base, extension, columns } = relation;
  if (!columns.includes(column.name)) return originOf(base, column);
  return originOf(extension, declaredColumn(extension, column.name) ?? column);
}

/** Whether a key comes once at most: of a source that is updated in place, unless its key was chosen later. */
export function hasOneRowPerKey({ history, declaredKey }: Source): boolean {
  return history === "current" && declaredKey === undefined;
}
