import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTable } from "../../src/compile/generations/tables";
import { type FeatureView, type Profile, profileQuery } from "../../src/compiler";
import { entity, featureView, int32, int64, latest, source } from "../../src/index";
import type { Contract } from "../../src/ir/nodes";
import type { ValueType } from "../../src/ir/types";
import { type SqlDatabase, sqlTargets } from "./support/databases";

const songs = source({
  name: "songs",
  table: "songs",
  key: { song: int64() },
  eventTime: "at",
  history: "current",
  columns: { plays: int32().nullable() },
});
const plain = featureView({
  name: "typed",
  version: 1,
  entity: entity({ name: "song", key: { song: int64() } }),
  from: songs,
  features: (s) => ({ plays: latest(s.plays) }),
}).ir;
const TABLE = "typed_v1_g1";

/** The view with a feature of each of these types; only names, types and contracts affect a profile. */
function withTypes(types: Readonly<Record<string, ValueType>>, contract: Partial<Contract> = {}): FeatureView {
  const [feature] = plain.features;
  if (!feature) throw new Error("The view has no features");
  return {
    ...plain,
    features: Object.entries(types).map(([name, type]) => ({
      ...feature,
      name,
      type,
      contract: { ...feature.contract, ...contract },
    })),
  };
}

const scoped = (view: FeatureView): FeatureView => ({ ...view, source: { ...view.source, tenant: "tenant_id" } });

for (const target of sqlTargets("main")) {
  describe.skipIf(target.skip)(`profiles on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open("Asia/Kolkata");
    });
    afterAll(() => database?.close());
    beforeEach(() => database.script(`drop table if exists features.${TABLE}`));

    /** The profile of rows from SQL: a `select` of the feature columns, each from `i`. */
    async function profileOf(
      view: FeatureView,
      rows: number,
      columns: readonly string[],
      tenant = "''",
    ): Promise<Profile> {
      await database.script(createTable(view, TABLE));
      await database.script(
        `insert into features.${TABLE} select ${[tenant, "i", "null", ...columns, "null"].join(", ")} from generate_series(1, ${rows}) as i`,
      );
      const [row] = await database.query(profileQuery(view, TABLE));
      return JSON.parse(row?.profile ?? "") as Profile;
    }

    test("summarizes numbers of every type", async () => {
      const view = withTypes({ a: "int32", b: "int64", c: "float32", d: "float64", e: "decimal" });
      const number = "case when i <= 1000 then i % 200 end";
      const { rows, scopes, features } = await profileOf(
        view,
        1250,
        Array.from({ length: 5 }, () => number),
      );
      expect([rows, scopes]).toEqual([1250, null]);
      const numbers = {
        mean: 99.5,
        deviation: expect.closeTo(57.763, 3),
        quantiles: [0, ...Array.from({ length: 100 }, (_, index) => 2 * index + 1)],
      };
      const common = { nulls: 250, distinct: 200, numbers, top: null, norms: null };
      expect(features.a).toEqual({ ...common, minimum: 0, maximum: 199 });
      expect(features.b).toEqual({ ...common, minimum: "0", maximum: "199" });
      expect(features.c).toEqual({ ...common, minimum: 0, maximum: 199 });
      expect(features.d).toEqual({ ...common, minimum: 0, maximum: 199 });
      expect(features.e).toEqual({ ...common, minimum: "0", maximum: "199" });
    });

    test("summarizes times in UTC, whatever the session's zone", async () => {
      const view = withTypes({ a: "timestamp", b: "date" });
      const { features } = await profileOf(view, 3, [
        "timestamptz '2026-01-01T00:00:00.5Z' + i * interval '1 second'",
        "date '2026-01-01' + (i % 2)::integer",
      ]);
      expect(features.a).toMatchObject({
        distinct: 3,
        minimum: "2026-01-01T00:00:01.500000Z",
        maximum: "2026-01-01T00:00:03.500000Z",
        numbers: { mean: 1_767_225_602.5, deviation: 1 },
      });
      expect(features.a?.numbers?.quantiles?.[50]).toBe(1_767_225_602.5);
      expect(features.b).toMatchObject({ distinct: 2, minimum: "2026-01-01", maximum: "2026-01-02" });
      expect(features.b?.numbers?.quantiles?.[100]).toBe(Date.parse("2026-01-02") / 1000);
    });

    test("counts texts, booleans and few whole numbers", async () => {
      const view = withTypes({ a: "string", b: "bool" });
      const { features } = await profileOf(view, 100, [
        "case when i > 90 then null when i > 60 then 'É' when i > 50 then '' else repeat('x', 300) || (i % 25) end",
        "nullif(i % 3, 2) = 0",
      ]);
      expect(features.a).toMatchObject({ nulls: 10, distinct: 27, minimum: "", maximum: "É", numbers: null });
      expect(features.a?.top).toHaveLength(10);
      expect(features.a?.top?.slice(0, 3)).toEqual([
        { value: "É", rows: 30 },
        { value: "", rows: 10 },
        { value: "x".repeat(200), rows: 2 },
      ]);
      expect(features.b).toMatchObject({
        nulls: 33,
        distinct: 2,
        minimum: "false",
        maximum: "true",
        top: [
          { value: "false", rows: 34 },
          { value: "true", rows: 33 },
        ],
      });
    });

    test("also counts whole numbers that the contract bounds", async () => {
      const view = withTypes({ a: "int32" }, { minimum: 0, maximum: 100 });
      const { features } = await profileOf(view, 30, ["case when i <= 20 then i % 2 * 10 + 5 else i end"]);
      expect(features.a).toMatchObject({
        distinct: 12,
        minimum: 5,
        maximum: 30,
        numbers: { mean: expect.any(Number) },
      });
      // And not the ten values that occur once.
      expect(features.a?.top).toEqual([
        { value: "15", rows: 10 },
        { value: "5", rows: 10 },
      ]);
    });

    test("summarizes arrays by length and JSON by nulls", async () => {
      const view = withTypes({ a: "string[]", b: "float64[]", c: "json" });
      const { features } = await profileOf(view, 4, [
        "array_fill('x'::text, array[i % 3])",
        "case when i > 1 then array[1.5, null]::float8[] end",
        "case when i > 1 then '{}'::jsonb end",
      ]);
      expect(features.a).toMatchObject({ nulls: 0, distinct: null, minimum: 0, maximum: 2, numbers: { mean: 1 } });
      expect(features.b).toMatchObject({ nulls: 1, minimum: 2, maximum: 2, numbers: { deviation: 0 } });
      expect(features.c).toEqual({
        nulls: 1,
        distinct: null,
        minimum: null,
        maximum: null,
        numbers: null,
        top: null,
        norms: null,
      });
    });

    test.skipIf(!target.hasVectors)("summarizes vectors by length and number of distinct ones", async () => {
      const view = withTypes({ a: "vector(3)", b: "vector(3)" });
      const { features } = await profileOf(view, 6, [
        // Vectors of equal length that differ.
        "case i % 3 when 0 then '[3,4,0]' when 1 then '[4,3,0]' else '[0,0,5]' end::vector",
        "null",
      ]);
      const common = { minimum: null, maximum: null, numbers: null, top: null };
      expect(features.a).toEqual({ ...common, nulls: 0, distinct: 3, norms: { minimum: 5, mean: 5, maximum: 5 } });
      expect(features.b).toEqual({ ...common, nulls: 6, distinct: 0, norms: null });
    });

    test("handles features without values and tables without rows", async () => {
      const view = withTypes({ a: "int32", b: "string", c: "float64", d: "timestamp" });
      const columns = ["null", "null", "null", "null"];
      const nothing = { mean: null, deviation: null, quantiles: null };
      const common = { distinct: 0, minimum: null, maximum: null, norms: null };
      const expected = (nulls: number) => ({
        a: { ...common, nulls, numbers: nothing, top: null },
        b: { ...common, nulls, numbers: null, top: [] },
        c: { ...common, nulls, numbers: nothing, top: null },
        d: { ...common, nulls, numbers: nothing, top: null },
      });
      expect(await profileOf(view, 2, columns)).toEqual({ rows: 2, scopes: null, features: expected(2) });
      await database.script(`truncate features.${TABLE}`);
      const [row] = await database.query(profileQuery(view, TABLE));
      expect(JSON.parse(row?.profile ?? "")).toEqual({ rows: 0, scopes: null, features: expected(0) });
      const [other] = await database.query(profileQuery(scoped(view), TABLE));
      expect(JSON.parse(other?.profile ?? "")).toMatchObject({ rows: 0, scopes: { count: 0, largest: [] } });
    });

    test("handles values that float64 cannot square and decimals that it cannot hold", async () => {
      const view = withTypes({ a: "float64", b: "decimal", c: "float32" });
      const { features } = await profileOf(view, 3, [
        "case i when 1 then 1.7e308 when 2 then -1.7e308 else 0 end",
        "case i when 1 then 1e400::numeric when 2 then 5 end",
        "case i when 1 then 3.4e38 else -3.4e38 end",
      ]);
      expect(features.a).toMatchObject({ maximum: 1.7e308, numbers: { mean: null, deviation: null } });
      expect(features.a?.numbers?.quantiles?.[0]).toBe(-1.7e308);
      expect(features.b).toMatchObject({ distinct: 2, numbers: { mean: 5, deviation: null } });
      expect(features.b?.maximum).toHaveLength(401);
      expect(features.c?.numbers?.mean).toBeLessThan(0);
    });

    test("counts rows per tenant, the largest first", async () => {
      const view = scoped(withTypes({ a: "float64" }));
      const { scopes } = await profileOf(view, 1000, ["i"], "'t' || case when i <= 500 then 0 else i end");
      expect(scopes?.count).toBe(501);
      expect(scopes?.largest).toHaveLength(100);
      expect(scopes?.largest.slice(0, 2)).toEqual([
        { tenant: "t0", rows: 500 },
        { tenant: "t1000", rows: 1 },
      ]);
    });

    test("summarizes one tenant without the others", async () => {
      const view = withTypes({ a: "float64", b: "string", row: "int32" });
      const columns = ["case when i > 10 then 1e6 else i end", "'v' || i % 3", "i"];
      const alone = await profileOf(view, 10, columns);
      await database.script(`drop table features.${TABLE}`);
      const tenant = "case when i > 10 then 'other' else 'a''b' end";
      expect((await profileOf(scoped(view), 500, columns, tenant)).rows).toBe(500);
      const [row] = await database.query(profileQuery(scoped(view), TABLE, "a'b"));
      expect(JSON.parse(row?.profile ?? "")).toEqual(alone);
      const [nobody] = await database.query(profileQuery(scoped(view), TABLE, "nobody"));
      expect(JSON.parse(nobody?.profile ?? "")).toMatchObject({ rows: 0, scopes: null });
    });

    test("accepts any feature names", async () => {
      const names = [
        "row",
        "rows",
        "values",
        "name",
        "profile",
        "select",
        "each",
        "scopes",
        "features",
        "value",
        "all",
      ];
      const view = scoped(
        withTypes(Object.fromEntries(names.map((name, index) => [name, index % 2 ? "string" : "int32"]))),
      );
      const { features } = await profileOf(
        view,
        2,
        names.map((_, index) => (index % 2 ? "'x'" : "i")),
      );
      expect(Object.keys(features).sort()).toEqual([...names].sort());
      for (const [index, name] of names.entries()) expect(features[name]?.distinct).toBe(index % 2 ? 1 : 2);
    });

    test("returns the values that end each hundredth as quantiles", async () => {
      const view = withTypes({ a: "float64" });
      await database.script(createTable(view, TABLE));
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 })), {
            minLength: 1,
            maxLength: 250,
          }),
          async (values) => {
            const tuples = values.map((value, index) => `('', ${index}, null, '${value}'::float8, null)`);
            await database.script(
              `truncate features.${TABLE}; insert into features.${TABLE} values ${tuples.join(",")}`,
            );
            const [row] = await database.query(profileQuery(view, TABLE));
            const { features } = JSON.parse(row?.profile ?? "") as Profile;
            const sorted = [...values].sort((x, y) => x - y);
            const mean = values.reduce((sum, value) => sum + value / values.length, 0);
            expect(features.a?.numbers?.quantiles).toEqual(
              Array.from(
                { length: 101 },
                (_, index) => (sorted[Math.max(0, Math.ceil((values.length * index) / 100) - 1)] ?? 0) + 0,
              ),
            );
            expect(features.a?.distinct).toBe(new Set(values.map((value) => value + 0)).size);
            expect(features.a?.numbers?.mean).toBeCloseTo(mean, 3);
          },
        ),
        { numRuns: 30 },
      );
    });
  });
}
