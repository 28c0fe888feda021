import { eachMember, JsonTextError } from "../../core/index";
import { inPieces } from "../pause";
import { checkLine, checkWidth, defaultSpineLimits, type SpineLimits } from "./spine-limits";
import type { Cell, SpineReader, SpineRow } from "./spine-row";
import { utf8Text } from "./utf8-text";

/** Reads a spine in JSON Lines: one object per line; empty lines are skipped. */
export function jsonLinesSpine(
  bytes: AsyncIterable<Uint8Array>,
  limits: SpineLimits = defaultSpineLimits,
): SpineReader {
  return { isUntyped: false, isExact: false, rows: () => lineRows(utf8Text(inPieces(bytes)), limits) };
}

/** Reads a spine of JSON objects as texts, from a request's `rows` or from a query. */
export function jsonRowsSpine(
  texts: AsyncIterable<string> | Iterable<string>,
  pathOf: (index: number) => string,
  isExact: boolean,
  limits: SpineLimits = defaultSpineLimits,
): SpineReader {
  return {
    isUntyped: false,
    isExact,
    async *rows() {
      let index = 0;
      for await (const text of texts) yield rowOf(text, pathOf(index++), limits);
    },
  };
}

async function* lineRows(chunks: AsyncIterable<string>, limits: SpineLimits): AsyncGenerator<SpineRow> {
  let parts: string[] = [];
  let length = 0;
  let line = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end !== -1; end = chunk.indexOf("\n", start)) {
      const text = parts.join("") + chunk.slice(start, end);
      if (text.trim() !== "") yield rowOf(text, `line ${line}`, limits);
      [parts, length, line, start] = [[], 0, line + 1, end + 1];
    }
    parts.push(chunk.slice(start));
    length += chunk.length - start;
    checkLine(length, `line ${line}`, limits);
  }
  const rest = parts.join("");
  if (rest.trim() !== "") yield rowOf(rest, `line ${line}`, limits);
}

/** Parses one JSON object into a row. */
function rowOf(text: string, path: string, limits: SpineLimits): SpineRow {
  checkLine(text.length, path, limits);
  const refuse = (detail: string): SpineRow => ({ path, fault: { code: "spine_row_invalid", path, detail } });
  const cells = new Map<string, Cell>();
  let duplicate: string | undefined;
  try {
    JSON.parse(text);
    // Reads the text, since a parsed number may have lost digits.
    eachMember(text, (name, value) => {
      if (cells.has(name)) duplicate ??= name;
      else checkWidth(cells.size + 1, path, limits);
      cells.set(name, value.text === "null" ? null : value.text);
    });
  } catch (error) {
    if (error instanceof SyntaxError) return refuse("invalid JSON");
    if (error instanceof JsonTextError)
      return refuse('expected an object such as {"speech_id": 7, "as_of": "2026-01-31T12:00:00Z"}');
    throw error;
  }
  if (duplicate === undefined) return { path, cells };
  return {
    path,
    fault: {
      code: "spine_column_duplicate",
      path,
      detail: `${JSON.stringify(duplicate.slice(0, 80))} is a duplicate name`,
    },
  };
}
