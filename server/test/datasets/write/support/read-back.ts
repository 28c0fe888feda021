import { readFile } from "node:fs/promises";
import { dayOfText, instantOfText, type ValueType } from "@featstore/definitions/compiler";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { TestRow, TestValue } from "./rows";

type Columns = readonly { readonly name: string; readonly type: ValueType }[];

const parsers = {
  timestampFromMicroseconds: (micros: bigint) => micros,
  dateFromDays: (days: number) => days,
};

export async function readParquet(path: string, columns: Columns): Promise<TestRow[]> {
  const bytes = await readFile(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const rows = await parquetReadObjects({ file, compressors, parsers: parsers as never });
  return rows.map((row) => columns.map(({ name, type }) => plain(type, row[name] ?? null)));
}

function plain(type: ValueType, value: unknown): TestValue | null {
  if (value === null || value === undefined) return null;
  if (type === "float32") return Math.fround(Number(value));
  return value as TestValue;
}

/** Reads CSV strictly. A field that equals the null text without quotes is null. */
export async function readCsv(path: string, columns: Columns, nullText = ""): Promise<TestRow[]> {
  const [header, ...lines] = parseCsv(await readFile(path, "utf8"), nullText);
  if (JSON.stringify(header) !== JSON.stringify(columns.map(({ name }) => name)))
    throw new Error(`The header is ${header}`);
  return lines.map((line) =>
    columns.map(({ type }, index) => (line[index] == null ? null : cellOf(type, line[index]))),
  );
}

function parseCsv(text: string, nullText: string): (string | null)[][] {
  const lines: (string | null)[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\n)/y;
  let line: (string | null)[] = [];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null) throw new Error(`Not CSV at ${at}: ${text.slice(at, at + 40)}`);
    const [, quoted, bare = "", end] = match;
    line.push(quoted === undefined ? (bare === nullText ? null : bare) : quoted.replaceAll('""', '"'));
    if (end === "\n") {
      lines.push(line);
      line = [];
    }
  }
  return lines;
}

function cellOf(type: ValueType, text: string): TestValue {
  switch (type) {
    case "int32":
    case "float64":
      return Number(text);
    case "float32":
      return Math.fround(Number(text));
    case "int64":
      return BigInt(text);
    case "bool":
      return text === "true";
    case "timestamp":
      return instantOfText(text) ?? "no time";
    case "date":
      return dayOfText(text) ?? "no date";
    case "string":
    case "uuid":
    case "json":
    case "decimal":
      return text;
    default:
      return listOf(type, JSON.parse(text));
  }
}

function listOf(type: ValueType, items: readonly (string | number | null)[]): TestValue {
  if (type === "string[]") return items;
  return items.map((item) => (item === null ? null : type === "float64[]" ? Number(item) : Math.fround(Number(item))));
}

/** Reads JSON Lines or a JSON array; JavaScript's parser has no integers of 64 bits, so they are quoted before. */
export async function readJson(path: string, columns: Columns): Promise<TestRow[]> {
  const text = await readFile(path, "utf8");
  const names = columns.filter(({ type }) => type === "int64").map(({ name }) => name);
  const exact = text.replace(new RegExp(`"(${names.join("|")})":(-?\\d+)`, "g"), '"$1":"$2"');
  const rows = path.endsWith(".json")
    ? JSON.parse(exact)
    : exact
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line));
  return (rows as Record<string, never>[]).map((row) =>
    columns.map(({ name, type }) => {
      const value: unknown = row[name];
      if (value === null) return null;
      if (type === "json") return JSON.stringify(value);
      if (Array.isArray(value)) return listOf(type, value);
      return cellOf(type, Object.is(value, -0) ? "-0" : String(value));
    }),
  );
}
