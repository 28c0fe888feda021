import { code, codeBlock } from "./markdown-text";
import type { SourceDocument, TimeDocument } from "./reference-document";

type Extended = Extract<SourceDocument["relation"], { readonly kind: "extended" }>;

const historyTexts = {
  events: "append-only facts",
  versions: "rows with a validity start, the event time",
  current: "one row per key, updated in place",
} as const;

/** Describes a source as rows of a two-column table. */
export function sourceRows(source: SourceDocument): string[][] {
  const { relation, event_time, known_time, tie_break, tenant, history } = source;
  return [
    ["source", `${code(source.name)}, ${whereText(source)}`],
    ...(relation.kind === "extended" ? extensionRows(relation) : []),
    ["history", history === null ? "not declared" : `${code(history)}: ${historyText(source, history)}`],
    ...timeRow("event time", event_time),
    ...timeRow("known time", known_time),
    ...(tie_break.length === 0 ? [] : [["tie-break", tie_break.map(code).join(", ")]]),
    ...(tenant === null ? [] : [["tenant", code(tenant)]]),
    ["key columns", source.key.map(keyText).join(", ")],
  ];
}

function historyText({ declared_key }: SourceDocument, history: keyof typeof historyTexts): string {
  return history === "current" && declared_key !== null
    ? `one row per ${declared_key.map(keyText).join(", ")}, updated in place`
    : historyTexts[history];
}

function whereText(source: SourceDocument): string {
  const { relation } = source;
  if (relation.kind === "extended") return whereText(relation.base);
  const by = relation.engine === undefined ? "" : ` of the engine ${code(relation.engine)}`;
  if (relation.kind === "files") return `Parquet files ${code(relation.path)}${by}`;
  if (relation.kind === "iceberg") return `Iceberg table ${code(tableText(source))}${by}`;
  return relation.kind === "query" ? `a query${by}, below` : `table ${code(tableText(source))}${by}`;
}

function extensionRows({ base, extension, by, columns }: Extended): string[][] {
  const keys = by.map(({ key, column }) => (key === column ? code(key) : `${code(column)} = ${code(key)}`)).join(", ");
  const text = `${columns.map(code).join(", ")} of ${code(extension.name)}, ${whereText(extension)}, by ${keys}`;
  return [...(base.relation.kind === "extended" ? extensionRows(base.relation) : []), ["extended by", text]];
}

/** Returns the parts of a source; the source itself if it has none. */
function partsOf(source: SourceDocument): readonly SourceDocument[] {
  const { relation } = source;
  return relation.kind === "extended" ? [...partsOf(relation.base), ...partsOf(relation.extension)] : [source];
}

/** Describes a source's queries and row conditions as paragraphs. */
export function rowParagraphs(source: SourceDocument, viewFilter: string | null): string[] {
  const conditions = [source.filter, viewFilter].filter((condition) => condition !== null);
  const parts = partsOf(source);
  return [
    ...parts.flatMap(({ name, relation }) =>
      relation.kind === "query"
        ? [parts.length === 1 ? "The query:" : `The query of ${code(name)}:`, codeBlock("sql", relation.text)]
        : [],
    ),
    ...parts.flatMap((part) =>
      part === source || part.filter === null
        ? []
        : [`Only rows of ${code(part.name)} for which this is true:`, codeBlock("ts", part.filter)],
    ),
    ...(conditions.length === 0
      ? []
      : [
          conditions.length === 1 ? "Only rows for which this is true:" : "Only rows for which both are true:",
          codeBlock("ts", conditions.join("\n")),
        ]),
  ];
}

/** Returns the table name, `music.songs` or `lake.music.songs`, or the source's name for a query or files. */
export function tableText({ name, relation }: SourceDocument): string {
  if (relation.kind === "extended") return tableText(relation.base);
  if (relation.kind === "iceberg") return `${relation.catalog}.${relation.schema}.${relation.table}`;
  if (relation.kind !== "table") return name;
  return relation.schema === null ? relation.table : `${relation.schema}.${relation.table}`;
}

/** Returns `tableText` of the part with this name. */
export function tableTextOf(source: SourceDocument, name: string): string {
  return tableText(partsOf(source).find((part) => part.name === name) ?? source);
}

function timeRow(title: string, time: TimeDocument | null): string[][] {
  if (time === null) return [];
  return [[title, `${code(time.column)}${time.zone === null ? "" : `, in zone ${code(time.zone)}`}`]];
}

function keyText({ name, column }: SourceDocument["key"][number]): string {
  return name === column ? code(name) : `${code(name)} from ${code(column)}`;
}
