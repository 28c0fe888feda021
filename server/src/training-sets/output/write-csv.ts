import type { ResultColumn, ResultRow } from "./result-column";

/**
 * Writes rows as CSV with a header and LF. Null is an empty field and the empty text is `""`; int64 and decimal have all
 * their digits; arrays, vectors and JSON are JSON texts.
 */
export async function* csv(
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
): AsyncGenerator<Uint8Array> {
  const isJson = columns.map(({ type }) => type === "json");
  yield Buffer.from(`${columns.map(({ name }) => fieldOf(name)).join(",")}\n`);
  const lineOf = (row: ResultRow): string =>
    `${row.map((json, index) => (json === null ? "" : cellText(json, isJson[index] ?? false))).join(",")}\n`;
  for await (const rows of chunks) yield Buffer.from(rows.map(lineOf).join(""));
}

function cellText(json: string, isJson: boolean): string {
  return fieldOf(json.startsWith('"') && !isJson ? String(JSON.parse(json)) : json);
}

function fieldOf(text: string): string {
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
