import fc from "fast-check";
import { castName } from "../../../src/compile/duckdb/types";
import { databaseType } from "../../../src/compile/postgres/database-types";
import { parseDecimal, printDecimal } from "../../../src/evaluate/decimals";
import { printJson } from "../../../src/evaluate/json";
import { parseJson } from "../../../src/evaluate/parse-json";
import { parseInstant } from "../../../src/evaluate/times";
import { type EvaluatorInputs, isDecimal, type Json, type PortableValue } from "../../../src/evaluate/values";
import type { ValueType } from "../../../src/ir/types";
import { columnTypes } from "../../compile/support/arbitrary-cases";
import type { SqlDatabase } from "../../compile/support/databases";
import { documents, edges, otherInDuckdb } from "./edges";
import { shortDecimal } from "./short-decimals";

type Engine = SqlDatabase["engine"];

/** A value as a database reads it and as the evaluator takes it. */
interface Cell {
  readonly text: string;
  readonly value: PortableValue;
}

export type TableRow = Readonly<Record<string, Cell | null>>;

/** The wide columns of the compiler's law, each twice, so that operands can differ. */
export const columns: Readonly<Record<string, ValueType>> = Object.fromEntries(
  Object.entries(columnTypes).flatMap(([name, type]) => [
    [name, type],
    [`${name}_2`, type],
  ]),
);

const cells = (texts: readonly string[], read: (text: string) => PortableValue): fc.Arbitrary<Cell> =>
  fc.constantFrom(...texts.map((text): Cell => ({ text, value: read(text) })));

const wellFormed = fc.string({ unit: "binary", maxLength: 6 }).filter((text) => !text.includes("\0"));
const numberLike = fc.string({ unit: fc.constantFrom(..."0123456789+-.eE 90T:Z\t"), maxLength: 14 });
const anyText = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...edges.string) }, wellFormed, numberLike);
const anyFloat = fc.double({ noNaN: true, noDefaultInfinity: true });
const anyDocument = fc.json({ stringUnit: wellFormed }).filter((text) => !text.includes("\\u0000"));
/** Zero in a document has no sign. */
const withoutSign = (value: number): number => value + 0;
const float = (value: number): Cell => ({ text: Object.is(value, -0) ? "-0" : String(value), value });

function anyCell(type: ValueType): fc.Arbitrary<Cell> {
  switch (type) {
    case "bool":
      return cells(edges.bool, (text) => text === "true");
    case "int32":
      return fc.oneof(
        cells(edges.int32, BigInt),
        fc.integer().map((value) => ({ text: String(value), value: BigInt(value) })),
      );
    case "int64":
      return fc.oneof(
        cells(edges.int64, BigInt),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ text: String(value), value })),
      );
    case "float32":
      return fc.oneof(cells(edges.float32, Number), fc.float({ noNaN: true, noDefaultInfinity: true }).map(float));
    case "float64":
      return fc.oneof(cells(edges.float64, Number), anyFloat.map(float));
    case "decimal":
      return fc.oneof(
        cells(edges.decimal, parseDecimal),
        fc
          .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 25 }))
          .map(([units, scale]) => `${units}e-${scale}`)
          .map((text) => ({ text, value: parseDecimal(text) })),
      );
    case "string":
      return anyText.map((text) => ({ text, value: text }));
    case "timestamp":
      return fc.oneof(
        cells(edges.timestamp, parseInstant),
        fc.constantFrom<Cell>(
          { text: "275000-06-01 00:00:00+00", value: BigInt(Date.UTC(275_000, 5, 1)) * 1000n },
          { text: "4714-11-24 00:00:00+00 BC", value: -210_866_803_200_000_000n },
        ),
        fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }).map((value) => ({
          text: `${new Date(Number(value / 1_000_000n) * 1000).toISOString().slice(0, 19)}Z`,
          value: (value / 1_000_000n) * 1_000_000n,
        })),
      );
    case "uuid":
      return cells(edges.uuid, (text) => text);
    case "date":
      return cells(edges.date, (text) => text);
    case "json":
      return fc.oneof(
        { weight: 3, arbitrary: cells(documents, parseJson) },
        { weight: 1, arbitrary: anyDocument.map((text): Cell => ({ text, value: parseJson(text) })) },
      );
    case "string[]":
      return fc.array(anyText, { maxLength: 3 }).map((value) => ({ text: JSON.stringify(value), value }));
    default:
      return fc
        .array(fc.oneof(fc.constantFrom(0, 0.1, -3), anyFloat.map(withoutSign)), { maxLength: 3 })
        .map((value) => ({ text: `[${value.map((item) => float(item).text).join(", ")}]`, value }));
  }
}

export const anyRow: fc.Arbitrary<TableRow> = fc.record(
  Object.fromEntries(
    Object.entries(columns).map(([name, type]) => [
      name,
      fc.oneof({ weight: 6, arbitrary: anyCell(type) }, { weight: 1, arbitrary: fc.constant(null) }),
    ]),
  ),
);

/** A row of nulls, which every kind of node must accept. */
export const emptyRow: TableRow = Object.fromEntries(Object.keys(columns).map((name) => [name, null]));

export function inputsOf(row: TableRow, engine: Engine = "postgres"): EvaluatorInputs {
  const readValue = (cell: Cell | null, type: ValueType | undefined): PortableValue => {
    const value = cell?.value ?? null;
    return engine === "duckdb" && type === "decimal" && isDecimal(value) ? shortDecimal(value) : value;
  };
  return new Map(Object.entries(row).map(([name, cell]) => [name, readValue(cell, columns[name])]));
}

/** The keys of all objects in a document, in their order. */
function keysIn(json: Json): readonly string[] {
  if (json instanceof Map) return [...json].flatMap(([key, value]) => [key, ...keysIn(value)]);
  return Array.isArray(json) ? json.flatMap(keysIn) : [];
}

/** The row without the values that DuckDB does not read or print as the language does. */
export function readAlike(row: TableRow): TableRow {
  const isAlike = ({ text }: Cell, type: ValueType | undefined): boolean => {
    if (type === "string[]") return true;
    if (type !== "json") return !otherInDuckdb.has(text);
    const json = parseJson(text);
    const sorted = json === null ? null : parseJson(printJson(json));
    // DuckDB keeps the order of keys, and writes `\u000B` where PostgreSQL writes `\u000b`.
    return (
      json === null ||
      sorted === null ||
      (keysIn(json).join("\0") === keysIn(sorted).join("\0") && !/\\u00(?:0[bef]|1[a-f])/i.test(text))
    );
  };
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]) => [name, cell && isAlike(cell, columns[name]) ? cell : null]),
  );
}

const isDocument = (type: ValueType | undefined): boolean =>
  type === "json" || type === "string[]" || type === "float64[]";

/** A query that returns the rows, numbered from 0 in `number`, each column in its database type. */
export function relationOf(rows: readonly TableRow[], engine: Engine = "postgres"): string {
  if (engine === "duckdb") return duckdbRelationOf(rows);
  const records = rows.map((row, number) => {
    const fields = Object.entries(row).flatMap(([name, cell]) => {
      // An omitted field is null; one written as `null` is JSON null.
      if (cell === null) return [];
      return [`${JSON.stringify(name)}: ${isDocument(columns[name]) ? cell.text : JSON.stringify(cell.text)}`];
    });
    return `{${[`"number": ${number}`, ...fields].join(", ")}}`;
  });
  const list = Object.entries(columns).map(([name, type]) => `"${name}" ${databaseType(type)}`);
  const json = `[${records.join(", ")}]`.replaceAll("'", "''");
  const read = Object.entries(columns).map(([name, type]) =>
    type === "json" ? `record -> '${name}' as "${name}"` : `"${name}"`,
  );
  return `select "number", timestamptz '2026-01-01T00:00:00Z' as "happened", ${read.join(", ")}
from jsonb_array_elements('${json}') as record, jsonb_to_record(record) as "row" ("number" bigint, ${list.join(", ")})`;
}

function duckdbRelationOf(rows: readonly TableRow[]): string {
  const entries = Object.entries(columns);
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const records = rows.map((row, number) => {
    const texts = entries.map(([name, type]) => {
      const cell = row[name] ?? null;
      return cell === null ? "null" : quoted(duckdbText(cell, type));
    });
    return `(${[number, ...texts].join(", ")})`;
  });
  const read = entries.map(([name, type]) => `${duckdbValue(`"${name}"`, type)} as "${name}"`);
  const names = entries.map(([name]) => `"${name}"`);
  return `select "number", timestamptz '2026-01-01T00:00:00Z' as "happened", ${read.join(", ")}
from (values ${records.join(",\n")}) as "row"("number", ${names.join(", ")})`;
}

function duckdbText({ text, value }: Cell, type: ValueType): string {
  if (type === "timestamp") return String(value);
  // DuckDB rounds a decimal with an exponent in two steps.
  if (type === "decimal" && isDecimal(value)) return printDecimal(value);
  return type === "date" ? text.replace(" BC", " (BC)") : text;
}

function duckdbValue(text: string, type: ValueType): string {
  if (type === "timestamp") return `make_timestamptz(${text}::bigint)`;
  if (type === "string[]" || type === "float64[]") return `from_json(${text}, '["${castName(type).slice(0, -2)}"]')`;
  return `${type === "decimal" ? "try_cast" : "cast"}(${text} as ${castName(type)})`;
}
