import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareViews, documentHash, type Feature, type FeatureView, meaningHash } from "../../src/compiler";
import { diffViews } from "../../src/evolve/diff";
import { count, days, featureView, latest } from "../../src/index";
import { anyView } from "../arbitrary";
import { events, track } from "../author/fixtures";

const { ir: before } = featureView({
  name: "demo",
  version: 1,
  entity: track,
  from: events,
  ttl: days(30),
  owner: "me",
  features: (e) => ({
    rows: count().over(days(30)).describe("Rows"),
    label: latest(e.label).describe("Label"),
    embedding: latest(e.embedding).space("three").describe("Vector"),
  }),
});

const [embedding, label, rows] = before.features;
if (!embedding || !label || !rows) throw new Error("the view has three features");

const change = (changes: Partial<FeatureView>): FeatureView => ({ ...before, ...changes });
const replace = (from: Feature, changes: Partial<Feature>): FeatureView =>
  change({ features: before.features.map((feature) => (feature === from ? { ...from, ...changes } : feature)) });

const changes: [string, FeatureView, string, string[]][] = [
  ["nothing", change({}), "unchanged", []],
  ["a new version of the same", change({ version: 2 }), "unchanged", []],
  ["features in another order", change({ features: [rows, embedding, label] }), "unchanged", []],
  ["another name", change({ name: "other" }), "metadata", ["view_renamed name"]],
  ["another former name", change({ renamedFrom: "x" }), "metadata", ["former_name_changed renamedFrom"]],
  ["the owner", change({ owner: "you" }), "metadata", ["owner_changed owner"]],
  [
    "a contract",
    replace(rows, { contract: { ...rows.contract, maximum: 5 } }),
    "metadata",
    ["contract_changed features.rows"],
  ],
  [
    "the entity's description",
    change({ entity: { ...before.entity, description: "x" } }),
    "metadata",
    ["description_changed entity.description"],
  ],
  ["the source's name", change({ source: { ...before.source, name: "x" } }), "metadata", []],
  [
    "a column that nobody reads",
    change({ source: { ...before.source, columns: before.source.columns.slice(1) } }),
    "metadata",
    [],
  ],
  [
    "one more feature",
    change({ features: [...before.features, { ...label, name: "second" }] }),
    "additive",
    ["feature_added features.second"],
  ],
  [
    "the schedules",
    change({ schedule: { cron: "0 3 * * *", zone: "UTC" }, reconcile: { cron: "0 4 * * *", zone: "UTC" } }),
    "metadata",
    ["schedule_changed schedule", "schedule_changed reconcile"],
  ],
  ["the freshness", change({ freshnessSeconds: 60 }), "metadata", ["freshness_changed freshness"]],
  [
    "how late rows may come",
    change({ source: { ...before.source, latenessSeconds: 60 } }),
    "metadata",
    ["lateness_changed source.lateness"],
  ],
  [
    "who answers for a feature",
    replace(label, { contract: { ...label.contract, owner: "you", pii: true } }),
    "metadata",
    ["contract_changed features.label"],
  ],
  ["the ttl", change({ ttlSeconds: null }), "recompute", ["ttl_changed ttl"]],
  [
    "the filter",
    change({ filter: { kind: "column", name: "flag", type: "bool", nullable: false } }),
    "recompute",
    ["filter_changed where"],
  ],
  [
    "the table",
    change({ source: { ...before.source, relation: { kind: "table", schema: "x", table: "events" } } }),
    "recompute",
    ["source_changed source"],
  ],
  [
    "the population",
    change({ entity: { ...before.entity, population: null } }),
    "recompute",
    ["population_changed entity.from"],
  ],
  [
    "an expression",
    replace(rows, { expression: count().expression }),
    "recompute",
    ["expression_changed features.rows"],
  ],
  ["null to never null", replace(label, { nullable: false }), "recompute", ["nulls_excluded features.label"]],
  ["never null to null", replace(rows, { nullable: true }), "breaking", ["feature_retyped features.rows"]],
  ["a type", replace(rows, { type: "int64" }), "breaking", ["feature_retyped features.rows"]],
  ["a feature less", change({ features: [embedding, label] }), "breaking", ["feature_removed features.rows"]],
  [
    "another space",
    replace(embedding, { embedding: { space: "four", metric: "cosine" } }),
    "breaking",
    ["embedding_changed features.embedding"],
  ],
  [
    "the key",
    change({ entity: { ...before.entity, key: [{ name: "track_id", type: "int32" }] } }),
    "breaking",
    ["key_changed entity.key"],
  ],
  ["the entity", change({ entity: { ...before.entity, name: "song" } }), "breaking", ["entity_changed entity"]],
  [
    "a tenant",
    change({ source: { ...before.source, tenant: "tenant_id" } }),
    "breaking",
    ["scope_changed source.tenant", "source_changed source"],
  ],
];

describe("compareViews", () => {
  test.each(changes)("classifies a change: %s", (_what, after, expectedClass, expectedChanges) => {
    const evolution = compareViews(before, after);
    expect(evolution.class).toBe(expectedClass);
    expect(evolution.changes.map((item) => `${item.kind} ${item.path}`)).toEqual(expectedChanges);
    expect(evolution.needsVersion).toBe(!["unchanged", "metadata"].includes(expectedClass));
  });

  test("classifies a wider type of the same value as widening, and of a computed value as recompute or worse", () => {
    const of = (kind: "narrow" | "wide" | "ratio" | "wide ratio") =>
      featureView({
        name: "demo",
        version: 1,
        entity: track,
        from: events,
        features: (e) => {
          const ratio = latest(e.small).times(2);
          const wideRatio = latest(e.small.float64()).times(2);
          const features = { narrow: latest(e.small), wide: latest(e.small.float64()), ratio, "wide ratio": wideRatio };
          return { value: features[kind].describe("Value") };
        },
      }).ir;
    const evolution = compareViews(of("narrow"), of("wide"));
    expect(evolution).toMatchObject({
      class: "widening",
      needsVersion: true,
      changes: [{ kind: "feature_widened", path: "features.value" }],
    });
    expect(compareViews(of("wide"), of("narrow")).class).toBe("breaking");
    expect(compareViews(of("ratio"), of("wide ratio")).class).toBe("breaking");
    const narrow = of("narrow");
    const neverNull = { ...narrow, features: narrow.features.map((feature) => ({ ...feature, nullable: false })) };
    const mayBeNull = {
      ...of("wide"),
      features: of("wide").features.map((feature) => ({ ...feature, nullable: true })),
    };
    expect(compareViews(neverNull, mayBeNull).class).toBe("breaking");
  });

  test("lists the values before and after the change", () => {
    expect(diffViews(before, change({ ttlSeconds: 60, owner: null }))).toEqual([
      { kind: "ttl_changed", path: "ttl", before: "2592000", after: "60" },
      { kind: "owner_changed", path: "owner", before: "me", after: null },
    ]);
  });

  test("agrees with the hashes for any two views", () => {
    fc.assert(
      fc.property(anyView, anyView, (a, b) => {
        const evolution = compareViews(a, b);
        expect(evolution.needsVersion).toBe(meaningHash(a) !== meaningHash(b));
        expect(evolution.needsVersion).toBe(
          ["additive", "widening", "recompute", "breaking"].includes(evolution.class),
        );
        expect(evolution.class === "unchanged").toBe(documentHash(a) === documentHash(b));
      }),
    );
  });
});
