import type { ValueType } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FeatstoreError } from "../../src/core/errors";
import { readSearchFilter } from "../../src/embeddings/filter/search-filter";
import { registered, snapshotOf, track } from "../helpers/serving-fixture";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

/* PostgreSQL must accept every value that a filter accepts; otherwise the server would fail with an internal error. */

const features: Readonly<Record<string, ValueType>> = {
  a: "bool",
  b: "int32",
  c: "int64",
  d: "float32",
  e: "float64",
  f: "decimal",
  g: "string",
  h: "timestamp",
  i: "date",
};
const snapshot = snapshotOf(1, [registered({ name: "facts", features })]);

const pad = (number: number, length: number) => String(number).padStart(length, "0");
const day = fc
  .tuple(fc.constantFrom(0, 1, 1582, 1970, 2024, 9999), fc.nat(13), fc.nat(32))
  .map(([year, month, date]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`);
const time = fc
  .tuple(fc.nat(25), fc.nat(60), fc.nat(60), fc.constantFrom("", ".5", ".999999", ".0000001"))
  .map(([hour, minute, second, fraction]) => `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${fraction}`);
const zone = fc.constantFrom("Z", "+00:00", "-15:59", "+14", "+1559", "+16:00", "");
const anyValue = fc.oneof(
  day,
  // Few of them are valid in all parts.
  { weight: 5, arbitrary: fc.tuple(day, time, zone).map(([date, clock, offset]) => `${date}T${clock}${offset}`) },
  fc.constantFrom(
    "NaN",
    "Infinity",
    "infinity",
    "now",
    "epoch",
    "",
    "1e400",
    "0x10",
    "1_000",
    "9".repeat(900),
    `0.${"0".repeat(900)}1`,
  ),
  fc.constantFrom(5e-324, 1e-45, 1e-46, 3.4e38, 3.5e38, 1.7e308, -0, 2 ** 53, 2 ** 31, -(2 ** 31), 0.1),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.string({ unit: "binary", maxLength: 10 }),
);

for (const target of testDatabases("all").filter(({ name }) => name === "pglite" || name === "postgres-15")) {
  describe.skipIf(target.skip)(`filter values on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.open();
    });
    afterAll(() => opened?.drop());

    test("are accepted by PostgreSQL too", { timeout: 120_000 }, async () => {
      const accepted = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...Object.keys(features)), anyValue, async (feature, value) => {
          const text = JSON.stringify({ feature: `facts.${feature}`, op: "eq", value });
          try {
            const filter = readSearchFilter(text, snapshot, track).build(() => 0);
            if (filter.kind !== "compare") throw new Error(filter.kind);
            const cast = `$1::text::${filter.databaseType} is not null`;
            const rows = await opened.database.query({ text: `select ${cast} as taken`, parameters: [filter.value] });
            expect(rows).toEqual([{ taken: true }]);
            accepted.add(feature);
          } catch (error) {
            expect(error).toBeInstanceOf(FeatstoreError);
          }
        }),
        { numRuns: 2000 },
      );
      expect([...accepted].sort()).toEqual(Object.keys(features));
    });
  });
}
