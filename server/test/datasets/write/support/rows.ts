import { instantText, type ValueType, vectorDimensions } from "@featstore/definitions/compiler";
import fc from "fast-check";
import type { SnapshotPlan } from "../../../../src/datasets/write/write-snapshot";

/** A value as the tests have it: bigint for int64 and microseconds, days for dates, texts, numbers, lists. */
export type TestValue = bigint | number | string | boolean | readonly (string | number | null)[];
export type TestRow = readonly (TestValue | null)[];

export const everyType: Readonly<Record<string, ValueType>> = {
  id: "int64",
  i32: "int32",
  i64: "int64",
  f32: "float32",
  f64: "float64",
  flag: "bool",
  at: "timestamp",
  day: "date",
  text: "string",
  uuid: "uuid",
  json: "json",
  decimal: "decimal",
  texts: "string[]",
  floats: "float64[]",
  vector: "vector(3)",
};

/** A plan over all types with the key `id`; `text` and `i32` are never null. */
export function everyTypePlan(folder: string, more: Partial<SnapshotPlan> = {}): SnapshotPlan {
  return {
    columns: Object.entries(everyType).map(([name, type]) => ({
      name,
      type,
      nullable: !["id", "text", "i32"].includes(name),
      role: name === "id" ? "key" : "value",
    })),
    formats: ["parquet", "csv", "jsonl", "json"],
    csv: { null: "", escapeFormulas: false },
    invalid: "refuse",
    split: null,
    maxFileBytes: 2 ** 30,
    folder,
    previous: null,
    ...more,
  };
}

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(
    -(2n ** 63n),
    2n ** 63n - 1n,
    2n ** 53n + 1n,
    -(2n ** 53n) - 1n,
    0n,
    -1n,
    999_999_999_999_999n,
    2n ** 32n,
  ),
);
const texts = fc.oneof(
  fc
    .string({ unit: "grapheme", maxLength: 20 })
    .filter((text) => !text.includes("\0") && !/[\ud800-\udfff]/u.test(text)),
  fc.constantFrom(
    "",
    "null",
    "\\N",
    "NULL",
    "=1+1",
    "+1",
    "-x",
    "@a",
    "\tx",
    "a\r\nb",
    'say "hi", ok',
    "👩‍👩‍👧 é",
    "\\",
    " x ",
    "\u007f",
  ),
);
const micros = fc.oneof(
  fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
  fc.constantFrom(-62_135_596_800_000_000n, 253_402_300_799_999_999n, 1_767_225_600_123_456n, -1n),
);
const float64 = fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324, 1e21, 0.1));
const float32 = fc.oneof(fc.float(), fc.constantFrom(-0, Number.NaN, Math.fround(0.1), 2 ** -149));
const finite32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const jsonText = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) => JSON.stringify(value))
  .filter((text) => text !== "null");

/** Rows of all types, sorted by their different keys. */
export const everyTypeRows: fc.Arbitrary<readonly TestRow[]> = fc
  .uniqueArray(
    fc.tuple(
      int64,
      fc.integer(),
      ...[int64, float32, float64, fc.boolean(), micros, fc.integer({ min: -719_162, max: 2_932_896 })].map((value) =>
        fc.option(value as fc.Arbitrary<TestValue>),
      ),
      texts,
      ...[
        fc.uuid(),
        jsonText,
        fc
          .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(99))
          .map(([whole, part]) => `${whole}.${part}`),
        fc.array(fc.option(texts), { maxLength: 4 }),
        fc.array(fc.option(float64), { maxLength: 4 }),
        fc.array(finite32, { minLength: 3, maxLength: 3 }),
      ].map((value) => fc.option(value as fc.Arbitrary<TestValue>)),
    ) as fc.Arbitrary<unknown> as fc.Arbitrary<TestRow>,
    { maxLength: 12, selector: ([key]) => key },
  )
  .map((rows) => [...rows].sort(([left], [right]) => ((left as bigint) < (right as bigint) ? -1 : 1)));

/** PostgreSQL's text of a value. */
export function postgresText(type: ValueType, value: TestValue): string {
  switch (type) {
    case "bool":
      return value === true ? "t" : "f";
    case "timestamp":
      return instantText(value as bigint)
        .replace("T", " ")
        .replace(/\.?0*Z$/, "+00");
    case "date":
      return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
    case "float32":
    case "float64":
      return Object.is(value, -0) ? "-0" : String(value);
    case "string[]":
    case "float64[]":
      return `{${(value as readonly (string | number | null)[])
        .map((item) =>
          item === null
            ? "NULL"
            : typeof item === "number"
              ? postgresText("float64", item)
              : `"${item.replace(/[\\"]/g, "\\$&")}"`,
        )
        .join(",")}}`;
    default:
      return vectorDimensions(type) === undefined
        ? String(value)
        : `[${(value as readonly number[]).map((item) => postgresText("float32", item)).join(",")}]`;
  }
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
};

/** A row of PostgreSQL's COPY text format. */
export function copyLine(fields: readonly (string | null)[]): string {
  return `${fields.map((field) => (field === null ? "\\N" : field.replace(/[\\\n\r\t\b\f\v]/g, (character) => escapes[character] ?? ""))).join("\t")}\n`;
}

export function copyText(rows: readonly TestRow[], types: readonly ValueType[] = Object.values(everyType)): string {
  return rows
    .map((row) =>
      copyLine([
        null,
        ...row.map((value, index) => (value === null ? null : postgresText(types[index] as ValueType, value))),
      ]),
    )
    .join("");
}

/** Yields the bytes in pieces, which may cut characters. */
export async function* pieces(text: string, bytes = 65_536): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes);
}
