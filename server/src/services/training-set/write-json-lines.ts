import type { ResultColumn, ResultRow } from "./result-column";

/** Rows as JSON Lines; values as online, so int64 and decimal features and int64 keys are strings. */
export async function* jsonLines(
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
): AsyncGenerator<Uint8Array> {
  const prefixes = columns.map(({ name }, index) => `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`);
  const lineOf = (row: ResultRow): string => {
    let line = "";
    for (const [index, prefix] of prefixes.entries()) line += prefix + (row[index] ?? "null");
    return `${line}}\n`;
  };
  for await (const rows of chunks) yield Buffer.from(rows.map(lineOf).join(""));
}
