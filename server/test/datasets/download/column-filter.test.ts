import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createColumnFilter } from "../../../src/datasets/download/column-filter";

const columns = ["id", "title", "score", "tags"];

/** Filters texts of files that arrive in pieces of these lengths. */
function filtered(
  format: "csv" | "jsonl" | "json",
  isWanted: readonly boolean[],
  files: readonly string[],
  pieces: readonly number[],
) {
  const filter = createColumnFilter(format, isWanted);
  const output: Uint8Array[] = [];
  for (const file of files) {
    filter.startFile();
    const bytes = Buffer.from(file);
    for (let at = 0, piece = 0; at < bytes.length; piece += 1) {
      const length = pieces[piece % pieces.length] ?? 1;
      output.push(Uint8Array.from(filter.push(bytes.subarray(at, at + length))));
      at += length;
    }
  }
  output.push(filter.end());
  return { text: Buffer.concat(output).toString(), rows: filter.rows };
}

const csvField = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const csvOf = (names: readonly string[], rows: readonly Record<string, unknown>[]) =>
  [names, ...rows.map((row) => names.map((name) => String(row[name])))]
    .map((fields) => `${fields.map(csvField).join(",")}\n`)
    .join("");
const only = (names: readonly string[], row: Record<string, unknown>) =>
  Object.fromEntries(names.map((name) => [name, row[name]]));
const jsonOf = (names: readonly string[], rows: readonly Record<string, unknown>[]) =>
  `[${rows.map((row, index) => `${index > 0 ? "," : ""}\n${JSON.stringify(only(names, row))}`).join("")}\n]\n`;

const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.stringMatching(/^[",\\{}[\]:\r\n a]{0,8}$/));
const row = fc.record({
  id: text,
  title: text,
  score: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
  tags: fc.oneof(fc.array(text, { maxLength: 3 }), fc.dictionary(text, text, { maxKeys: 2 })),
});
const wanted = fc.tuple(fc.constant(true), fc.boolean(), fc.boolean(), fc.boolean());
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const files = fc.array(fc.array(row, { maxLength: 4 }), { minLength: 1, maxLength: 3 });

describe("a column filter", () => {
  test("keeps the wanted columns of CSV files, as one file, however the bytes arrive", () => {
    fc.assert(
      fc.property(wanted, files, pieces, (isWanted, parts, lengths) => {
        const rows = parts.map((part) => part.map((each) => ({ ...each, tags: JSON.stringify(each.tags) })));
        const names = columns.filter((_, index) => isWanted[index]);
        const sources = rows.map((part) => csvOf(columns, part));
        expect(filtered("csv", isWanted, sources, lengths)).toEqual({
          text: csvOf(names, rows.flat()),
          rows: rows.flat().length,
        });
      }),
    );
  });

  test("keeps the wanted members of JSON Lines, as one file", () => {
    fc.assert(
      fc.property(wanted, files, pieces, (isWanted, parts, lengths) => {
        const names = columns.filter((_, index) => isWanted[index]);
        const lines = (kept: readonly string[], part: readonly Record<string, unknown>[]) =>
          part.map((each) => `${JSON.stringify(only(kept, each))}\n`).join("");
        const sources = parts.map((part) => lines(columns, part));
        expect(filtered("jsonl", isWanted, sources, lengths)).toEqual({
          text: lines(names, parts.flat()),
          rows: parts.flat().length,
        });
      }),
    );
  });

  test("keeps the wanted members of JSON arrays, as one array", () => {
    fc.assert(
      fc.property(wanted, files, pieces, (isWanted, parts, lengths) => {
        const names = columns.filter((_, index) => isWanted[index]);
        const sources = parts.map((part) => jsonOf(columns, part));
        const all = parts.flat();
        const expected = all.length === 0 ? "[]\n" : jsonOf(names, all);
        expect(filtered("json", isWanted, sources, lengths)).toEqual({ text: expected, rows: all.length });
      }),
    );
  });

  test("leaves numbers and texts as they are written", () => {
    const source = '{"a":9007199254740993,"b":"\\u00e9\\"","c":-0.0,"d":1e400}\n';
    expect(filtered("jsonl", [true, true, true, true], [source], [7]).text).toBe(source);
    expect(filtered("jsonl", [true, false, false, true], [source], [7]).text).toBe(
      '{"a":9007199254740993,"d":1e400}\n',
    );
  });
});
