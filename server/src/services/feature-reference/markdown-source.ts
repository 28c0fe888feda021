import { code, codeBlock } from "./markdown-text";
import type { SourceDocument, TimeDocument } from "./reference-document";

const historyTexts = {
  events: "append-only facts",
  versions: "rows with a validity start, the event time",
  current: "one row per key, updated in place",
} as const;

/** What a source is, as rows of a table of two columns. */
export function sourceRows(source: SourceDocument): string[][] {
  const { relation, event_time, known_time, tie_break, tenant, history } = source;
  const where = relation.kind === "query" ? "a query, below" : `table ${code(tableText(source))}`;
  return [
    ["source", `${code(source.name)}, ${where}`],
    ["history", history === null ? "not declared" : `${code(history)}: ${historyTexts[history]}`],
    ...timeRow("event time", event_time),
    ...timeRow("known time", known_time),
    ...(tie_break.length === 0 ? [] : [["tie-break", tie_break.map(code).join(", ")]]),
    ...(tenant === null ? [] : [["tenant", code(tenant)]]),
    ["key columns", source.key.map(keyText).join(", ")],
  ];
}

/** The query of a source that is one, and the conditions on its rows, as paragraphs. */
export function rowParagraphs({ relation, filter }: SourceDocument, viewFilter: string | null): string[] {
  const conditions = [filter, viewFilter].filter((condition) => condition !== null);
  return [
    ...(relation.kind === "query" ? ["The query:", codeBlock("sql", relation.text)] : []),
    ...(conditions.length === 0
      ? []
      : [
          conditions.length === 1 ? "Only rows for which this is true:" : "Only rows for which both are true:",
          codeBlock("ts", conditions.join("\n")),
        ]),
  ];
}

/** `music.songs`; of a query the source's name. */
export function tableText({ name, relation }: SourceDocument): string {
  if (relation.kind === "query") return name;
  return relation.schema === null ? relation.table : `${relation.schema}.${relation.table}`;
}

function timeRow(title: string, time: TimeDocument | null): string[][] {
  if (time === null) return [];
  return [[title, `${code(time.column)}${time.zone === null ? "" : `, in zone ${code(time.zone)}`}`]];
}

function keyText({ name, column }: SourceDocument["key"][number]): string {
  return name === column ? code(name) : `${code(name)} from ${code(column)}`;
}
