import fc from "fast-check";
import { castName as duckdbType } from "../../../src/compile/duckdb/types";
import { databaseType } from "../../../src/compile/postgres/database-types";
import { quoteName, quoteText } from "../../../src/compile/spark/quote";
import { castName as sparkType } from "../../../src/compile/spark/types";
import type { FeatureView } from "../../../src/ir/nodes";
import { parseDecimal, printDecimal } from "../reference/decimal";
import { fromPlain, printJson } from "../reference/json";
import type { TableRow } from "../reference/rows-as-of";
import { DAY, printInstant, printLocal } from "../reference/time";
import type { Json, Value } from "../reference/values";
import { asOf, type CaseShape, type ColumnName, columnNames, columnTypes } from "./arbitrary-cases";
import { unusualText } from "./arbitrary-texts";
import type { SqlDatabase } from "./databases";

type Engine = SqlDatabase["engine"];

export const UUID = "00000000-0000-4000-8000-00000000000a";

const HOUR = 3_600_000_000n;

/** Times around the as-of time and the edges of windows; equal ones are common. */
export const anyTime: fc.Arbitrary<bigint> = fc.constantFrom(
  asOf,
  asOf + 1n,
  asOf - 1n,
  asOf + DAY,
  asOf - HOUR,
  asOf - HOUR + 1n,
  asOf - HOUR - 1n,
  asOf - DAY,
  asOf - DAY + 1n,
  asOf - 7n * DAY,
  asOf - 7n * DAY + 1n,
  asOf - 20n * DAY,
);

const knownText = fc.constantFrom(
  "",
  "a",
  "A",
  "b c",
  " x ",
  "Ä",
  "ä",
  "ﬀ",
  "z",
  "😀",
  "é",
  "e\u0301",
  'it\'s "so"',
  "12",
  "3.5",
  " 7 ",
  "1e3",
  "1e999",
  "1e-400",
  "-0",
  "+5",
  ".5",
  "5.",
  "0x10",
  "NaN",
  "Infinity",
  "true",
  "No",
  "2147483648",
  "9223372036854775808",
  "7.0",
  "2.50",
  "2026-03-29",
  "2026-02-30",
  "2026-03-29T01:30:00.5Z",
  "2026-03-29 01:30+02:00",
  "2024-02-29T24:00:00Z",
  "0000-01-01",
  '{"a": 1}',
  "[1",
  "\u00e9\u4e2d",
);
const anyText = fc.oneof({ weight: 3, arbitrary: knownText }, { weight: 1, arbitrary: unusualText });

const anyScore = fc.constantFrom<unknown>(
  0,
  1,
  -2.5,
  0.1,
  7,
  "0.25",
  " 3 ",
  "high",
  "1e400",
  "",
  null,
  true,
  false,
  [1],
  { of: 1 },
  "2026-03-29",
  "NaN",
  "12.0",
);

const anyJson: fc.Arbitrary<Json | null> = fc.option(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .record(
          {
            score: anyScore,
            tags: fc.array(fc.oneof(anyText, anyScore, fc.constantFrom(1, 2.5)), { maxLength: 3 }),
            words: fc.array(anyText, { maxLength: 2 }),
            nested: fc.oneof(
              fc.record({ score: fc.oneof(anyScore, fc.constantFrom("1e300", "-1e308", 1e21, 1e-7)), other: anyScore }),
              anyScore,
            ),
            "it's": fc.record({ é: anyScore }),
          },
          { requiredKeys: [] },
        )
        .map(fromPlain),
    },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(1, "x", true, [1, 2], []).map(fromPlain) },
  ),
);

const anyDecimal = fc
  .constantFrom("0", "0.00", "1.5", "-1.50", "0.1", "123456789012345678901.123", "-0.000001", "99999")
  .map((text) => parseDecimal(text) ?? null);

const valuesOf: Readonly<Record<ColumnName, fc.Arbitrary<Value>>> = {
  flag: fc.constantFrom(true, false, null),
  small: fc.constantFrom(0n, 1n, -1n, 2n, 7n, 100n, 2147483647n, -2147483648n, null),
  big: fc.constantFrom(0n, 1n, -5n, 9007199254740993n, 9223372036854775807n, -9223372036854775808n, null),
  ratio: fc.constantFrom(0, -0, 0.5, 0.1, 0.2, -1.25, 3, 1e20, 1e-20, 123456.789, 1e200, -1e200, null),
  single: fc.constantFrom(0, -0, 0.5, Math.fround(0.1), -2, 1e10, null),
  amount: fc.oneof(anyDecimal, fc.constant(null)),
  label: fc.oneof(anyText, fc.constantFrom("a", "b", null)),
  note: fc.oneof(anyText, fc.constant(null)),
  seen: fc.oneof(anyTime, fc.constantFrom(0n, null)),
  moment: fc.oneof(anyTime, fc.constantFrom(-1n, 951_782_399_999_999n, 4_102_444_799_123_456n, null)),
  day: fc.constantFrom("2026-03-29", "2024-02-29", "1999-12-31", "0001-01-01", null),
  token: fc.constantFrom(
    UUID,
    UUID,
    "ffffffff-0000-4000-8000-00000000000b",
    "0b000000-0000-4000-8000-000000000000",
    null,
  ),
  data: anyJson,
  words: fc.option(fc.array(anyText, { maxLength: 2 })),
  numbers: fc.option(fc.array(fc.constantFrom(0, 0.1, -3), { maxLength: 2 })),
};

const keys = [
  ["id_key", fc.constantFrom(1n, 1n, 1n, 1n, 9007199254740993n, null)],
  ["name_key", fc.constantFrom("a", "a", "a", "a", "A", null)],
  ["uuid_key", fc.constantFrom(UUID, UUID, UUID, "ffffffff-0000-4000-8000-00000000000b", null)],
] as const;
const anyTenant = fc.constantFrom("t1", "t1", "t1", "t2", "", null);

export function anyTableRow(shape: CaseShape, names: readonly ColumnName[]): fc.Arbitrary<TableRow> {
  const columns = Object.fromEntries<fc.Arbitrary<Value>>([
    ...names.map((name): [string, fc.Arbitrary<Value>] => [name, valuesOf[name]]),
    ...keys.slice(0, shape.keys),
  ]);
  return fc
    .record({
      values: fc.record(columns),
      eventTime: fc.oneof({ weight: 12, arbitrary: anyTime }, { weight: 2, arbitrary: fc.constant(null) }),
      knownTime: fc.oneof({ weight: 15, arbitrary: anyTime }, { weight: 1, arbitrary: fc.constant(null) }),
      tenant: anyTenant,
    })
    .map(({ values, ...rest }) => {
      const columns = new Map(Object.entries(values));
      return { columns: shape.ratioType === "real" ? roundRatio(columns) : columns, tieBreak: null, ...rest };
    });
}

export interface CaseRows {
  readonly source: readonly TableRow[];
  readonly population: readonly TableRow[];
}

/**
 * Rows of a case: with many ties that only the tie-break separates, and one row per key (and tenant) if the source
 * promises it.
 */
export function anyRowsOf(shape: CaseShape): fc.Arbitrary<CaseRows> {
  const identity = ({ columns, tenant }: TableRow): string =>
    JSON.stringify([
      shape.isScoped ? tenant : null,
      ...keys.slice(0, shape.keys).map(([name]) => String(columns.get(name))),
    ]);
  const source = fc
    .tuple(fc.array(anyTableRow(shape, columnNames), { maxLength: 12 }), fc.boolean(), fc.boolean())
    .map(([rows, withNull, withDouble]) => {
      const numbered = rows.map(
        (row, index): TableRow => ({
          ...row,
          // Neither ascending nor descending in storage order.
          tieBreak: withNull && index === 3 ? null : BigInt((index * 7) % 13),
        }),
      );
      const seen = new Set<string>();
      // The same analysis twice: no order distinguishes the two, and either one gives the same value.
      const doubled = withDouble ? [...numbered, ...numbered.slice(0, 2)] : numbered;
      return shape.history !== "current"
        ? doubled
        : numbered.filter((row) => !seen.has(identity(row)) && seen.add(identity(row)));
    });
  return fc.record({ source, population: fc.array(anyTableRow(shape, []), { maxLength: 5 }) });
}

function roundRatio(columns: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const ratio = columns.get("ratio");
  if (typeof ratio !== "number") return columns;
  const largest = Math.min(Math.max(ratio, -1e30), 1e30);
  return new Map([...columns, ["ratio", Math.fround(largest)]]);
}

/** The view with its relations made of these rows. */
export function withRows(
  view: FeatureView,
  shape: CaseShape,
  rows: CaseRows,
  engine: Engine = "postgres",
): FeatureView {
  const { population } = view.entity;
  const source = { ...view.source, relation: relationOf(rows.source, shape, columnNames, shape.eventTime, engine) };
  const members = relationOf(rows.population, shape, [], "utc", engine);
  return {
    ...view,
    source,
    entity: {
      ...view.entity,
      population: population && (shape.population === "own" ? source : { ...population, relation: members }),
    },
  };
}

/** A query that returns the rows, each column in its database type. */
function relationOf(
  rows: readonly TableRow[],
  shape: CaseShape,
  names: readonly ColumnName[],
  eventTime: CaseShape["eventTime"],
  engine: Engine,
): { readonly kind: "query"; readonly text: string } {
  // A decimal of a lake cannot hold all of these numbers.
  const ratioType = engine !== "postgres" && shape.ratioType === "numeric" ? "double precision" : shape.ratioType;
  const typeName = { postgres: databaseType, duckdb: duckdbType, spark: sparkType }[engine];
  const types: readonly (readonly [string, string])[] = [
    ["id_key", "bigint"],
    ["name_key", "varchar(50)"],
    ["uuid_key", "uuid"],
    ...names.map((name): readonly [string, string] => [
      name === "label" ? "Label of it" : name,
      name === "ratio"
        ? ratioType
        : name === "seen"
          ? "timestamp"
          : name === "note"
            ? "varchar"
            : typeName(columnTypes[name]),
    ]),
    ["happened", eventTime === "instant" ? "timestamptz" : "timestamp"],
    ["ingested", "timestamp"],
    ["owner", "varchar(20)"],
    ["id", "integer"],
  ];
  const zone = eventTime === "berlin" ? "Europe/Berlin" : "UTC";
  const records = rows.map(({ columns, eventTime: happened, knownTime, tenant, tieBreak }) => {
    const record: [string, string | null][] = [...columns].map(([name, value]) => [
      name === "label" ? "Label of it" : name,
      textOf(name, value),
    ]);
    record.push(
      [
        "happened",
        happened === null ? null : eventTime === "instant" ? printInstant(happened) : printLocal(happened, zone),
      ],
      ["ingested", knownTime === null ? null : printLocal(knownTime, "UTC")],
      ["owner", tenant],
      ["id", tieBreak === null ? null : String(tieBreak)],
    );
    return record;
  });
  if (engine === "duckdb") return { kind: "query", text: unionOf(types, records) };
  if (engine === "spark") return { kind: "query", text: tableOf(types, records) };
  const objects = records.map(
    (record) => `{${record.map(([name, text]) => `${JSON.stringify(name)}: ${jsonField(name, text)}`).join(", ")}}`,
  );
  const list = types.map(([name, type]) => `"${name}" ${type}`).join(", ");
  const json = `[${objects.join(", ")}]`.replaceAll("'", "''");
  return { kind: "query", text: `select * from jsonb_to_recordset('${json}') as "rows" (${list})` };
}

/** The rows as one select each, after one that has the types and no row. */
function unionOf(
  types: readonly (readonly [string, string])[],
  records: readonly (readonly (readonly [string, string | null])[])[],
): string {
  const nothing = types.map(([name, type]) => `null::${type} as "${name}"`);
  const rows = records.map((record) => {
    const texts = new Map(record);
    const values = types.map(([name, type]) => {
      const text = texts.get(name) ?? null;
      if (text === null) return "null";
      const quoted = `'${text.replaceAll("'", "''")}'`;
      return type.endsWith("[]") ? `from_json(${quoted}, '["${type.slice(0, -2)}"]')` : `${quoted}::${type}`;
    });
    return `select ${values.join(", ")}`;
  });
  return [`select ${nothing.join(", ")} where false`, ...rows].join("\nunion all ");
}

/** The rows as values of Spark, after a row without values that has the types. */
function tableOf(
  types: readonly (readonly [string, string])[],
  records: readonly (readonly (readonly [string, string | null])[])[],
): string {
  const sparkTypes: Readonly<Record<string, string>> = {
    "double precision": "double",
    real: "float",
    timestamp: "timestamp_ntz",
    timestamptz: "timestamp",
    uuid: "string",
    integer: "int",
    varchar: "string",
    "varchar(50)": "string",
    "varchar(20)": "string",
  };
  const named = types.map(([name, type]) => [name, sparkTypes[type] ?? type] as const);
  const nothing = named.map(([, type]) => `null::${type}`);
  const rows = records.map((record) => {
    const texts = new Map(record);
    const values = named.map(([name, type]) => {
      const text = texts.get(name) ?? null;
      if (text === null) return "null";
      return type.startsWith("array") ? `from_json(${quoteText(text)}, '${type}')` : `${quoteText(text)}::${type}`;
    });
    return `(true, ${values.join(", ")})`;
  });
  const names = named.map(([name]) => quoteName(name));
  const all = [`(false, ${nothing.join(", ")})`, ...rows].join(",\n");
  return `select ${names.join(", ")} from values\n${all}\nas t(is_row, ${names.join(", ")}) where is_row`;
}

function jsonField(name: string, text: string | null): string {
  if (text === null) return "null";
  return name === "data" || name === "words" || name === "numbers" ? text : JSON.stringify(text);
}

function textOf(name: string, value: Value): string | null {
  if (value === null) return null;
  if (name === "seen") return printLocal(value as bigint, "Europe/Berlin");
  if (name === "moment") return printInstant(value as bigint);
  if (name === "amount") return printDecimal(value as { units: bigint; scale: number });
  if (name === "data") return printJson(value as Json);
  if (Object.is(value, -0)) return "-0";
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}
