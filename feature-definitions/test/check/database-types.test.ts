import { expect, test } from "vitest";
import * as shipped from "../../definitions/index";
import { canRead } from "../../src/check/database-types";
import {
  type CatalogColumn,
  collectDefinitions,
  needsVectors,
  readersOf,
  relationsOf,
  type ValueType,
} from "../../src/compiler";

const column = (type: string, isEnum = false): CatalogColumn => ({ name: "c", type, isEnum, nullable: null });

test.each<[ValueType, string, boolean]>([
  ["float64", "numeric", true],
  ["float64", "numeric(10,2)", true],
  ["decimal", "double precision", false],
  ["int32", "bigint", false],
  ["int64", "integer", true],
  ["string", "character varying(50)", true],
  ["string", "uuid", true],
  ["string", "integer", false],
  ["float64", "text", false],
  ["timestamp", "timestamp(3) without time zone", true],
  ["timestamp", "date", false],
  ["json", "jsonb", true],
  ["json", "text", false],
  ["string[]", "character varying(20)[]", true],
  ["float64[]", "real[]", true],
  ["vector(3)", "vector(3)", true],
  ["vector(3)", "extensions.vector(3)", true],
  ["vector(3)", "halfvec(3)", true],
  ["vector(3)", "vector", true],
  ["vector(3)", "vector(4)", false],
  ["bool", "integer", false],
])("%s reads %s: %s", (type, database, expected) => {
  expect(canRead(type, column(database))).toBe(expected);
});

test("an enum reads only as string", () => {
  expect([canRead("string", column("mood", true)), canRead("json", column("mood", true))]).toEqual([true, false]);
});

test("what another engine reads has vectors as lists of floats, and JSON as text", () => {
  expect([canRead("json", column("text"), "lake"), canRead("string", column("text"), "lake")]).toEqual([true, true]);
  expect(["real[]", "double precision[]", "text[]"].map((type) => canRead("vector(3)", column(type), "lake"))).toEqual([
    ...[true, true, false],
  ]);
  expect(canRead("vector(3)", column("real[]"))).toBe(false);
});

test("lists the types that can read a column, the best fit first", () => {
  expect(readersOf(column("bigint"))[0]).toBe("int64");
  expect(readersOf(column("numeric(5,1)"))[0]).toBe("decimal");
  expect(readersOf(column("vector(12)"))).toEqual(["vector(12)"]);
  expect(readersOf(column("point"))).toEqual([]);
});

test("the shipped definitions read two tables and have vectors", () => {
  const definitions = collectDefinitions([shipped]);
  const tables = relationsOf(definitions).map((relation) => (relation.kind === "table" ? relation.table : "query"));
  expect(tables.sort()).toEqual(["analysis_results", "tracks"]);
  expect(needsVectors(definitions)).toBe(true);
});
