import type { ComputedFeature, Expression, FeatureService } from "@featstore/definitions/compiler";
import { describe, expect, test } from "vitest";
import { auditComputed } from "../../src/audit/audit-computed";
import type { AuditStore, StoredComputedAnswer } from "../../src/audit/audit-store";
import { isComparedBySql, isNear, magnitudeOf } from "../../src/audit/compute-again";
import type { Engine } from "../../src/engine/index";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { registered, service, snapshotOf } from "../helpers/serving-fixture";

const AT = 1_767_225_600_123_456n;
const view = registered({ name: "scores", features: { plays: "int64", seen: "timestamp", sound: "vector(2)" } });
const column = (name: string, type: "int64" | "timestamp" | "vector(2)"): Expression => ({
  ...{ kind: "column", name: `scores.${name}`, type, nullable: true },
});
const feature = (name: string, type: ComputedFeature["type"], expression: Expression): ComputedFeature => ({
  ...{ name, type, expression, nullable: true },
  contract: view.view.features[0]?.contract ?? expect.fail("a view with features"),
});
const asOf: Expression = { kind: "column", name: "as_of", type: "timestamp", nullable: false };
const twice = feature("twice", "int64", {
  ...{ kind: "arithmetic", operator: "+", left: column("plays", "int64"), right: column("plays", "int64") },
});
const since = feature("since", "float64", {
  ...{ kind: "time_between", unit: "seconds", start: column("seen", "timestamp"), end: asOf },
});
const product: Expression = {
  ...{ kind: "vector_function", name: "inner_product", left: column("sound", "vector(2)") },
  right: column("sound", "vector(2)"),
};
const finder: FeatureService = {
  ...service("finder", 1, "track", [
    ["scores", 1, "plays"],
    ["scores", 1, "seen"],
    ["scores", 1, "sound"],
  ]),
  computed: [twice, since, feature("length", "float64", product)],
};
const snapshot = snapshotOf(1, [view], [finder]);
const tables = createFakeOnlineStore(
  new Map([
    [
      "scores_v1_g1",
      [
        {
          ...{ scope: "", key: "1", eventTime: 1, values: ['"3"', '"2026-01-01T00:00:00.000000Z"'] },
          vectors: { sound: "[3,4]" },
        },
      ],
    ],
  ]),
  false,
);
const answer: StoredComputedAnswer = {
  ...{ service: "finder", version: 1, tenant: "", key: ["1"], inputs: "{}", servedAt: AT, keyId: null },
  sourceRows: [{ view: "scores", version: 1, generation: 1, entity: "track", tenant: "", key: ["1"] }],
  values: '{"twice":"6","since":0.123456,"length":25}',
};

/** The differences in the report, as `feature class`; `bySql` holds the values from the database. */
async function differences(
  bySql: Readonly<Record<string, string>>,
  changes: Partial<StoredComputedAnswer> = {},
  isDropped = false,
): Promise<readonly string[]> {
  await tables.follow?.([view]);
  const audit: Pick<AuditStore, "generation"> = {
    generation: async () => ({ table: "scores_v1_g1", asOf: AT, isDropped, watermark: null }),
  };
  const engine: Pick<Engine, "computeFeatures"> = {
    computeFeatures: async (computed, _columns, rows) =>
      rows.map(() => new Map(computed.map(({ name }, index) => [name, String(bySql[`v${index}`])]))),
  };
  const report = await auditComputed(
    { audit: audit as AuditStore, engine: engine as Engine, tables }, // the audit calls only these methods
    snapshot,
    finder,
    [{ ...answer, ...changes }],
    { deadlineMs: 1000 },
  );
  if (report.gone > 0) return ["gone"];
  return report.features.flatMap(({ feature: name, examples }) => examples.map((each) => `${name} ${each.class}`));
}

const right = { v0: '"6"', v1: "0.123456", v2: "25.000001" };

describe("a computed feature", () => {
  test("is right when the tables and SQL give its value", async () => {
    expect(await differences(right)).toEqual([]);
    expect(await differences(right, {}, true)).toEqual(["gone"]);
  });

  test("is a store error when the tables give another value, compared digit by digit", async () => {
    const values = '{"twice":"7","since":0.123457,"length":25.000001}';
    expect(await differences(right, { values })).toEqual([
      ...["length store_error", "since store_error", "twice store_error"],
    ]);
  });

  test("is unexplained when SQL gives another value", async () => {
    expect(await differences({ v0: '"8"', v1: "0.123457", v2: "25.001" })).toEqual([
      ...["length unexplained", "since unexplained", "twice unexplained"],
    ]);
  });
});

describe("a value from SQL", () => {
  const types = new Map([
    ["scores.sound", "vector(2)"],
    ["scores.seen", "timestamp"],
  ] as const);

  test("is not compared when a vector function takes part, or a time is beyond the calendar", () => {
    const isLong = feature("is_long", "bool", {
      ...{ kind: "comparison", operator: ">", left: product, right: { kind: "literal", type: "float64", value: 1 } },
    });
    const none = new Map<string, string>();
    expect(isComparedBySql(feature("length", "float64", product), none, types)).toBe(true);
    expect(isComparedBySql(isLong, none, types)).toBe(false);
    expect(isComparedBySql(since, new Map([["scores.seen", '"2026-01-01T00:00:00.000000Z"']]), types)).toBe(true);
    expect(isComparedBySql(since, new Map([["scores.seen", '"-000043-03-15T00:00:00.000000Z"']]), types)).toBe(false);
  });

  test("may differ by 1e-6 of the magnitude for vectors", () => {
    const length = feature("length", "float64", product);
    expect(magnitudeOf(new Map([["scores.sound", "[30,40]"]]), types)).toBe(2500);
    expect(magnitudeOf(new Map([["scores.sound", "[0.1,0]"]]), types)).toBe(1);
    expect(isNear(length, "10", "10.002", 2500)).toBe(true);
    expect(isNear(length, "10", "10.003", 2500)).toBe(false);
    expect(isNear(length, "null", "0", 2500)).toBe(false);
    expect(isNear(twice, '"6"', '"7"', 1e9)).toBe(false);
  });
});
