import { eachMember, JsonTextError } from "../json-text";
import { type Cell, refuseSpine, type SpineReader, type SpineRow } from "./spine-row";
import { utf8Text } from "./utf8-text";

const MOST_LINE_CHARACTERS = 10_485_760;

/** A spine in JSON Lines: one object a line; empty lines are passed over. */
export function jsonLinesSpine(bytes: AsyncIterable<Uint8Array>): SpineReader {
  return { isUntyped: false, isExact: false, rows: () => lineRows(utf8Text(bytes)) };
}

/** A spine of JSON objects, one text each, as a request's `rows` or a query gives them. */
export function jsonRowsSpine(
  texts: AsyncIterable<string> | Iterable<string>,
  placeOf: (index: number) => string,
  isExact: boolean,
): SpineReader {
  return {
    isUntyped: false,
    isExact,
    async *rows() {
      let index = 0;
      for await (const text of texts) yield rowOf(text, placeOf(index++));
    },
  };
}

async function* lineRows(chunks: AsyncIterable<string>): AsyncGenerator<SpineRow> {
  let rest = "";
  let line = 0;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MOST_LINE_CHARACTERS) refuseSpine("spine_row_invalid", `line ${line + 1}`, "it is too long");
    for (const text of lines) {
      line += 1;
      if (text.trim() !== "") yield rowOf(text, `line ${line}`);
    }
  }
  if (rest.trim() !== "") yield rowOf(rest, `line ${line + 1}`);
}

/** The row of one JSON object. */
function rowOf(text: string, place: string): SpineRow {
  const refuse = (detail: string): SpineRow => ({ place, fault: { code: "spine_row_invalid", place, detail } });
  const cells = new Map<string, Cell>();
  let twice: string | undefined;
  try {
    JSON.parse(text);
    // By the text, since a parsed number no longer has all its digits.
    eachMember(text, (name, value) => {
      if (cells.has(name)) twice ??= name;
      cells.set(name, value.text === "null" ? null : value.text);
    });
  } catch (error) {
    if (error instanceof SyntaxError) return refuse("it is not JSON");
    if (error instanceof JsonTextError)
      return refuse('it is no object such as {"track_id": 7, "as_of": "2026-01-31T12:00:00Z"}');
    throw error;
  }
  if (twice === undefined) return { place, cells };
  return {
    place,
    fault: { code: "spine_column_duplicate", place, detail: `"${twice.slice(0, 80)}" comes twice` },
  };
}
