import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDefinitions } from "../../src/check/index";
import { compileView } from "../../src/compile/index";
import type { FeatureView } from "../../src/ir/nodes";
import type { ValueType } from "../../src/ir/types";
import { compareDecimals, type Decimal, parseDecimal } from "./reference/decimal";
import { parseJson, printJson } from "./reference/json";
import { type ReferenceFeature, referenceRows } from "./reference/rows-as-of";
import { printInstant } from "./reference/time";
import type { Json } from "./reference/values";
import { anyShape, anyViewOf, asOf, type CaseShape } from "./support/arbitrary-cases";
import { anyRowsOf, type CaseRows, withRows } from "./support/arbitrary-rows";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { runView } from "./support/result-text";

/*
 * The law: for random definitions and random rows, the compiled SQL gives what the reference evaluator gives.
 * LAW_RUNS is how many cases each database is tried with; LAW_SEED repeats a run that failed.
 */

const runs = Number(process.env.LAW_RUNS ?? 400);
const seed = Number(process.env.LAW_SEED ?? Date.now());

interface Case {
  readonly shape: CaseShape;
  readonly view: FeatureView;
  readonly rows: CaseRows;
}

const anyCase: fc.Arbitrary<Case> = anyShape.chain((shape) =>
  fc.record({ shape: fc.constant(shape), view: anyViewOf(shape), rows: anyRowsOf(shape) }),
);

/** Null where the values agree, else what is wrong. */
function difference(actual: string | null, { value, magnitude }: ReferenceFeature, type: ValueType): string | null {
  const wanted = `expected ${show(value)}, got ${actual}`;
  if (actual === null || value === null) return actual === null && value === null ? null : wanted;
  switch (type) {
    case "bool":
      return (actual === "true" || actual === "t") === value ? null : wanted;
    case "int32":
    case "int64":
    case "timestamp":
      return BigInt(actual) === value ? null : wanted;
    case "float32":
      return Math.fround(Number(actual)) === value ? null : wanted;
    case "float64":
      return Math.abs(Number(actual) - Number(value)) <= 1e-12 * magnitude ? null : wanted;
    case "decimal":
      return compareDecimals(parseDecimal(actual) ?? { units: 0n, scale: -1 }, value as Decimal) === 0 ? null : wanted;
    case "json":
      return canonicalJson(actual) === canonicalJson(printJson(value as Json)) ? null : wanted;
    case "string[]":
    case "float64[]":
      return JSON.stringify(JSON.parse(actual)) === JSON.stringify(value) ? null : wanted;
    default:
      return actual === value ? null : wanted;
  }
}

function canonicalJson(text: string): string {
  const sorted = (json: Json): unknown => {
    if (json.kind === "array") return json.items.map(sorted);
    if (json.kind !== "object") return printJson(json);
    return [...json.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]);
  };
  return JSON.stringify(sorted(parseJson(text) ?? { kind: "null" }));
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "bigint" ? `${item}` : item instanceof Map ? Object.fromEntries(item) : item,
  );
}

/** Every difference between the database's rows and the reference's. */
async function differencesOf(database: SqlDatabase, { shape, view, rows }: Case): Promise<readonly string[]> {
  const population = shape.population === "own" ? rows.source : rows.population;
  const expected = referenceRows(view, rows.source, population, asOf);
  const actual = await runView(database, withRows(view, shape, rows), printInstant(asOf));
  const differences: string[] = [];
  const byKey = new Map(actual.map((row) => [JSON.stringify([row.tenant, ...row.key]), row]));
  if (byKey.size !== actual.length) differences.push("a key came twice");
  for (const row of expected) {
    const identity = JSON.stringify([row.tenant, ...row.key.map(String)]);
    const match = byKey.get(identity);
    byKey.delete(identity);
    if (!match) {
      differences.push(`${identity}: no row`);
      continue;
    }
    if (match.eventTime !== (row.eventTime === null ? null : String(row.eventTime))) {
      differences.push(`${identity}: event time ${match.eventTime}, expected ${row.eventTime}`);
    }
    for (const [index, { name, type }] of view.features.entries()) {
      const feature = row.features[index];
      const found = feature && difference(match.features[index] ?? null, feature, type);
      if (found) differences.push(`${identity}: ${name}: ${found}`);
    }
    if (match.unparsed.join() !== row.unparsed.join()) {
      differences.push(`${identity}: unparsed ${match.unparsed.join()}, expected ${row.unparsed.join()}`);
    }
  }
  return [...differences, ...[...byKey.keys()].map((identity) => `${identity}: a row too many`)];
}

test("random definitions keep the language's rules", () => {
  fc.assert(
    fc.property(anyCase, ({ view }) => {
      const errors = checkDefinitions({ featureViews: [view], featureServices: [] }).filter(
        ({ severity }) => severity === "error",
      );
      expect(errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    }),
    { numRuns: 200, seed },
  );
});

test("random cases are compiled in every way there is", () => {
  const ways = new Map<string, number>();
  for (const { view } of fc.sample(anyCase, { numRuns: 400, seed: 2 })) {
    const { text } = compileView(view);
    const found = [
      ...text.matchAll(/^(?:with )?"(latest|read|sorted|ranked|inputs|parsed|rows|entities|members)" as/gm),
    ];
    for (const way of found.map((match) => match[1] ?? "")) ways.set(way, (ways.get(way) ?? 0) + 1);
    for (const mark of [" order by ", " > 0)::integer", "is not false"]) {
      if (text.includes(mark)) ways.set(mark, (ways.get(mark) ?? 0) + 1);
    }
  }
  expect([...ways.keys()].sort()).toEqual([
    " > 0)::integer",
    " order by ",
    "entities",
    "inputs",
    "is not false",
    "latest",
    "members",
    "parsed",
    "ranked",
    "read",
    "rows",
    "sorted",
  ]);
});

for (const target of sqlTargets()) {
  describe.skipIf(target.skip)(`compiled SQL = reference on ${target.name}`, () => {
    const opened = new Map<string, SqlDatabase>();
    beforeAll(async () => {
      for (const zone of ["UTC", "Europe/Berlin"]) opened.set(zone, await target.open(zone));
    });
    afterAll(async () => {
      for (const database of opened.values()) await database.close();
    });

    test.each(["UTC", "Europe/Berlin"])("session in %s", { timeout: 600_000 }, async (zone) => {
      const database = opened.get(zone);
      if (!database) throw new Error("The database did not open");
      await fc.assert(
        fc.asyncProperty(anyCase, async (each) => {
          const differences = await differencesOf(database, each).catch((error: unknown) => [String(error)]);
          if (differences.length > 0)
            throw new Error(
              `${differences.join("\n")}\n${compileView(withRows(each.view, each.shape, each.rows)).text}`,
            );
        }),
        { numRuns: zone === "UTC" ? runs : Math.ceil(runs / 3), seed },
      );
    });
  });
}
