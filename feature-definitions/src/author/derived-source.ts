import { columnsRead } from "../ir/canonical";
import type { Source, SourceColumn } from "../ir/nodes";
import { declaredColumn, SCOPE_OF_EXTENSION } from "../ir/source-parts";

const missing = (name: string): SourceColumn => ({ name, column: name, type: "string", nullable: true, zone: null });

function declared(source: Source, name: string): SourceColumn {
  return declaredColumn(source, name) ?? missing(name);
}

/** A source with columns of another; what is wrong with them is for `checkDefinitions` to say. */
export function extendedSource(
  source: Source,
  extension: Source,
  by: string | Readonly<Record<string, string>>,
  columns: readonly string[],
): Source {
  const { latenessSeconds: _lateness, ...base } = source;
  // A row that the filter lets in or out by what changes has columns that change.
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

/** A source by another key. Nothing ignores rows without the former one any more, so that its columns may be null. */
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
