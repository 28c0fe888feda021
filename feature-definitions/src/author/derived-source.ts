import { columnsRead } from "../ir/canonical";
import type { Source, SourceColumn } from "../ir/nodes";
import { declaredColumn, SCOPE_OF_EXTENSION } from "../ir/source-parts";

const missing = (name: string): SourceColumn => ({ name, column: name, type: "string", nullable: true, zone: null });

function declared(source: Source, name: string): SourceColumn {
  return declaredColumn(source, name) ?? missing(name);
}

/** Extends a source with columns of another; `checkDefinitions` reports errors. */
export function extendedSource(
  source: Source,
  extension: Source,
  by: string | Readonly<Record<string, string>>,
  columns: readonly string[],
): Source {
  const { latenessSeconds: _lateness, ...base } = source;
  // If a column that the filter reads can change, rows pass the filter at some times only, so no column is static.
  const isStatic = [...columnsRead([extension.filter])].every(
    (name) => extension.key.some((column) => column.name === name) || declared(extension, name).static,
  );
  const taken = columns.map((name): SourceColumn => {
    const { type, zone, static: isDeclaredStatic } = declared(extension, name);
    const added = { name, column: name, type, nullable: true, zone };
    return isStatic && isDeclaredStatic ? { ...added, static: true } : added;
  });
  const pairs = typeof by === "string" ? [[extension.key[0]?.name ?? by, by] as const] : Object.entries(by);
  return {
    ...base,
    relation: {
      kind: "extended",
      base: { ...source, filter: null },
      extension,
      by: pairs.map(([key, column]) => ({ key, column })),
      columns,
    },
    columns: [...source.columns, ...taken],
    tenant: source.tenant ?? (extension.tenant === null ? null : SCOPE_OF_EXTENSION),
  };
}

/**
 * Returns a source with another key. Rows with a null in the former key are no longer ignored, so its columns may be
 * null.
 */
export function keyedSource(source: Source, names: readonly string[]): Source {
  const key = names.map((name) => declared(source, name));
  const former = source.key.map((column): SourceColumn => ({ ...column, nullable: true }));
  return {
    ...source,
    key,
    declaredKey: source.declaredKey ?? source.key,
    columns: [...source.columns, ...former].filter(({ name }) => !names.includes(name)),
  };
}
