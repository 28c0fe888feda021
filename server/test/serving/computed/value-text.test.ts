import type { ValueType } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { constantText, valueReader, valueWriter } from "../../../src/serving/computed/value-text";

const again = (type: ValueType, json: string) => valueWriter(type)(valueReader(type)(json));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\0"));

// Texts as the stores hold them. Reading and writing a text must not change it.
const stored: readonly [ValueType, fc.Arbitrary<string>][] = Object.entries({
  bool: fc.constantFrom("true", "false"),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(String),
  int64: int64.map((value) => `"${value}"`),
  decimal: fc
    .tuple(int64, fc.option(fc.stringMatching(/^[0-9]{1,30}$/)))
    .map(([whole, fraction]) => `"${whole}${fraction === null ? "" : `.${fraction}`}"`),
  string: text.map((value) => JSON.stringify(value)),
  timestamp: fc
    .date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true })
    .chain((date) => fc.integer({ min: 0, max: 999 }).map((micros) => [date, micros] as const))
    .map(([date, micros]) => `"${date.toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}Z"`),
  date: fc
    .date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T00:00:00Z"), noInvalidDate: true })
    .map((date) => `"${date.toISOString().slice(0, 10)}"`),
  "string[]": fc.array(fc.option(text)).map((values) => JSON.stringify(values)),
}) as [ValueType, fc.Arbitrary<string>][]; // Object.entries loses the types of the keys

describe("reads and writes a stored text unchanged", () => {
  test.each(stored)("%s", (type, texts) => {
    fc.assert(
      fc.property(texts, (json) => {
        expect(again(type, json)).toBe(json);
      }),
    );
  });

  test("floats keep their value", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(again("float64", String(value)))).toBe(value + 0);
      }),
    );
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(Number(again("float32", String(value))))).toBe(value + 0);
      }),
    );
  });
});

test("reads and writes times outside the years 1 to 9999 with a sign and six digits for the year", () => {
  const days = ["-000043-03-15", "+000000-12-31", "+010000-01-01", "-004713-11-24", "+5874897-12-31"];
  const clocks = ["00:00:00.000000Z", "23:59:59.999999Z"];
  const instants = days.slice(0, 4).flatMap((day) => clocks.map((clock) => `"${day}T${clock}"`));
  expect(days.map((day) => again("date", `"${day}"`))).toEqual(days.map((day) => `"${day}"`));
  expect(instants.map((instant) => again("timestamp", instant))).toEqual(instants);
  expect(valueReader("date")('"-000043-03-15"')).toBe("0044-03-15 BC");
  expect(valueReader("timestamp")('"-000043-03-15T00:00:00.000000Z"')).toBe(-63_517_824_000_000_000n);
});

test("writes float32 with the fewest digits that identify it, as PostgreSQL does", () => {
  expect(["0.1", "1.1", "3.4028235e+38", "16777216", "1e-45"].map((json) => again("float32", json))).toEqual([
    "0.1",
    "1.1",
    "3.4028235e+38",
    "16777216",
    "1e-45",
  ]);
  expect(again("vector(2)", "[0.1,-2.5]")).toBe("[0.1,-2.5]");
});

test("preserves the digits and key order of JSON", () => {
  const json = '{"b": [1.50, 9007199254740993, null, true], "a": {"ü": "\\"x\\""}}';
  expect(again("json", json)).toBe(json);
});

test("writes constants as values of their type", () => {
  expect([
    constantText("int64", "-1"),
    constantText("decimal", "0.50"),
    constantText("float64", 0.25),
    constantText("string", 'a"b'),
    constantText("timestamp", "2026-01-31T12:00:00Z"),
    constantText("date", "2026-01-31"),
    constantText("bool", false),
    constantText("json", '{"a": 1}'),
  ]).toEqual([
    '"-1"',
    '"0.50"',
    "0.25",
    '"a\\"b"',
    '"2026-01-31T12:00:00.000000Z"',
    '"2026-01-31"',
    "false",
    '{"a": 1}',
  ]);
});

test("writes instants beyond JavaScript's calendar", () => {
  expect(valueWriter("timestamp")(8_640_000_000_000_000_001n)).toBe('"+275760-09-13T00:00:00.000001Z"');
});

test("keeps the sign of zero, as training sets do", () => {
  expect([again("float64", "-0"), again("float32", "-0"), again("float64[]", "[-0,0,1.5]")]).toEqual([
    "-0",
    "-0",
    "[-0,0,1.5]",
  ]);
});
