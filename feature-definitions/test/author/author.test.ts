import { describe, expect, test } from "vitest";
import { rowOf } from "../../src/author/source";
import { checkDefinitions, collectDefinitions, type Expression, engineOf, typeOf } from "../../src/compiler";
import {
  avg,
  changeAgainstPrevious,
  coalesce,
  collect,
  count,
  days,
  featureService,
  featureView,
  hours,
  int64,
  lastN,
  latest,
  literal,
  minutes,
  percentile,
  ratePerDay,
  type Scalar,
  source,
  sql,
  string,
  sum,
  timestamp,
  when,
} from "../../src/index";
import { isNullable } from "../../src/ir/type-of";
import { events, track } from "./fixtures";

const e = (() => {
  let row: Parameters<Parameters<typeof events.where>[0]>[0] | undefined;
  events.where((captured) => {
    row = captured;
    return captured.flag;
  });
  if (!row) throw new Error("no row");
  return row;
})();

describe("sources", () => {
  const plays = source({
    name: "plays",
    table: "music.play_events",
    key: { track_id: int64().from("song") },
    eventTime: "playedAt",
    knownTime: "ingested_at",
    tieBreak: ["seq", "song"],
    tenant: "owner",
    columns: {
      playedAt: timestamp({ zone: "Europe/Berlin" }).from("played_at"),
      seq: int64().from("id"),
      owner: string().from("tenant_id"),
    },
  });

  test("map declared names to database names", () => {
    expect(plays.ir).toMatchObject({
      relation: { kind: "table", schema: "music", table: "play_events" },
      key: [{ name: "track_id", column: "song", type: "int64", nullable: false, zone: null }],
      eventTime: { column: "played_at", zone: "Europe/Berlin" },
      knownTime: { column: "ingested_at", zone: null },
      tieBreak: ["id", "song"],
      tenant: "tenant_id",
      history: null,
      filter: null,
    });
  });

  test("return a new source for a filter; a second filter is combined with the first", () => {
    const once = plays.where((p) => p.owner.eq("a"));
    const twice = once.where((p) => p.seq.gt(3));
    expect(plays.ir.filter).toBeNull();
    expect(once.ir.filter).toMatchObject({ kind: "comparison" });
    expect(twice.ir.filter).toMatchObject({ kind: "logic", operator: "and", operands: [{}, {}] });
  });

  test("accept queries as relations", () => {
    const { relation } = source({ name: "q", query: "select 1 as id", key: { id: int64() }, columns: {} }).ir;
    expect(relation).toEqual({ kind: "query", text: "select 1 as id" });
  });

  test("name the engine that reads them, unless it is the default", () => {
    const rest = { name: "s", key: { id: int64() }, columns: {} };
    const partitions = { day: { type: "date", holds: "day" }, country: { type: "string" } } as const;
    const relations = [
      source({ ...rest, engine: "lake", path: "plays/*.parquet", partitions }),
      source({ ...rest, engine: "lake", path: "s3://music/plays" }),
      source({ ...rest, engine: "warehouse", table: "public.plays" }),
      source({ ...rest, engine: "lake", query: "select 1 as id" }),
      source({ ...rest, engine: "postgres", table: "plays" }),
    ].map(({ ir }) => ir.relation);
    expect(relations).toStrictEqual([
      {
        kind: "files",
        engine: "lake",
        path: "plays/*.parquet",
        partitions: [
          { name: "day", type: "date", holds: "day" },
          { name: "country", type: "string" },
        ],
      },
      { kind: "files", engine: "lake", path: "s3://music/plays" },
      { kind: "table", schema: "public", table: "plays", engine: "warehouse" },
      { kind: "query", text: "select 1 as id", engine: "lake" },
      { kind: "table", schema: null, table: "plays" },
    ]);
    expect(relations.map(engineOf)).toEqual(["lake", "lake", "warehouse", "lake", "postgres"]);
    const files = source({ ...rest, engine: "lake", path: "plays" });
    const artists = source({ ...rest, engine: "lake", path: "artists", columns: { name: string() } });
    const extended = files.extend(artists, { by: "id", columns: ["name"] }).where((s) => s.name.ne("x"));
    expect(engineOf(extended.ir)).toBe("lake");
  });
});

describe("expressions", () => {
  type Any = { readonly expression: Expression };
  const literalOf = ({ expression }: Any) => (expression.kind === "comparison" ? expression.right : undefined);

  test("give constants the type of the other operand", () => {
    expect(literalOf(e.small.eq(5))).toEqual({ kind: "literal", type: "int32", value: 5 });
    expect(literalOf(e.big.eq(5))).toEqual({ kind: "literal", type: "int64", value: "5" });
    expect(literalOf(e.big.eq(9007199254740993n))).toEqual({
      kind: "literal",
      type: "int64",
      value: "9007199254740993",
    });
    expect(literalOf(e.double.eq(5))).toEqual({ kind: "literal", type: "float64", value: 5 });
    expect(literalOf(e.money.eq(1e-7))).toEqual({ kind: "literal", type: "decimal", value: "0.0000001" });
    expect(literalOf(e.money.eq(1.5e21))).toEqual({
      kind: "literal",
      type: "decimal",
      value: "1500000000000000000000",
    });
    expect(literalOf(e.at.gt("2026-01-01T00:00:00Z"))).toMatchObject({ type: "timestamp" });
    expect(literalOf(e.day.gt("2026-01-01"))).toMatchObject({ type: "date" });
    expect(literalOf(e.small.eq(0.5))).toEqual({ kind: "literal", type: "float64", value: 0.5 });
  });

  test("build the nodes they name", () => {
    const kinds: [Any, object][] = [
      [e.small.modulo(2), { kind: "arithmetic", operator: "%" }],
      [e.small.dividedBy(2), { operator: "/" }],
      [e.label.ne("a"), { kind: "comparison", operator: "<>" }],
      [
        e.flag.or(e.label.eq("a"), e.flag.not()),
        { kind: "logic", operator: "or", operands: [{}, {}, { kind: "not" }] },
      ],
      [e.note.isNotNull(), { kind: "null_test", negated: true }],
      [e.label.substring(2), { kind: "string_function", name: "substring", operands: [{}, { value: 2 }] }],
      [e.label.concat("-", e.note), { name: "concat", operands: [{}, { value: "-" }, { name: "note" }] }],
      [e.label.startsWith("a"), { name: "starts_with" }],
      [e.data.get("a", 0), { kind: "json_get", path: ["a", 0] }],
      [e.data.get("a").float64().strict(), { kind: "cast", to: "float64", strict: true }],
      [e.data.get("a").stringArray(), { kind: "cast", to: "string[]", strict: false }],
      [e.at.dayOfWeek("Europe/Berlin"), { kind: "date_part", part: "day_of_week", zone: "Europe/Berlin" }],
      [e.at.epochSeconds(), { part: "epoch_seconds", zone: "UTC" }],
      [coalesce(e.note, "x"), { kind: "coalesce", operands: [{}, { value: "x" }] }],
      [
        when(e.flag, 1).when(e.flag, 2).end(),
        { kind: "case", otherwise: null, branches: [{}, { value: { value: 2 } }] },
      ],
      [
        sql("float64")`ln(${e.small} + ${2})`,
        { kind: "sql", texts: ["ln(", " + ", ")"], type: "float64", nullable: true },
      ],
      [literal(1).minus(e.double), { left: { type: "int32" }, right: { name: "double" } }],
      [count(), { kind: "aggregate", name: "count", operand: null }],
      [
        avg(e.small).where(e.flag).where(e.label.eq("a")).over(hours(1)),
        { overSeconds: 3600, where: { kind: "logic" } },
      ],
      [latest(e.note).over(minutes(2)).ignoreNulls(), { overSeconds: 120, ignoreNulls: true }],
      [percentile(e.double, 0.5), { name: "percentile", fraction: 0.5 }],
      [lastN(e.label, 3), { name: "last_n", limit: 3 }],
      [collect(e.label, { limit: 3 }), { name: "collect", limit: 3 }],
      [
        count()
          .over(hours(2), { endingBefore: hours(1) })
          .where(e.flag),
        { overSeconds: 7200, endingSecondsBefore: 3600, where: { name: "flag" } },
      ],
      [
        ratePerDay(count().over(hours(36))),
        { operator: "/", left: { name: "count", overSeconds: 129_600 }, right: { type: "float64", value: 1.5 } },
      ],
      [ratePerDay(sum(e.money).over(days(7))), { left: { kind: "cast", to: "float64" }, right: { value: 7 } }],
      [
        changeAgainstPrevious(count().over(hours(2), { endingBefore: hours(1) })),
        { operator: "-", left: { endingSecondsBefore: 3600 }, right: { endingSecondsBefore: 10_800 } },
      ],
    ];
    for (const [built, expected] of kinds) expect(built.expression).toMatchObject(expected);
  });

  test("accept expressions of any copy of the package as operands", () => {
    const copy = JSON.parse(JSON.stringify(e.small));
    expect(e.small.plus(copy).expression).toMatchObject({ right: { kind: "column", name: "small" } });
  });
});

describe("views", () => {
  const view = featureView({
    name: "demo",
    version: 3,
    entity: track,
    from: events,
    where: (row) => row.flag,
    ttl: days(2),
    freshness: hours(1),
    schedule: "*/30 * * * *",
    reconcile: { cron: "0 3 * * *", zone: "Europe/Berlin" },
    features: (row) => ({
      z: count(),
      label: latest(row.label)
        .oneOf("a", "b")
        .describe("Label")
        .unit("word")
        .maxNullFraction(0.1)
        .owner("me")
        .pii()
        .tags("x")
        .tags("y"),
      embedding: latest(row.embedding).space("three", { metric: "l2" }),
      score: avg(row.double).between(0, 1),
    }),
  });

  test("are plain data with features sorted by name", () => {
    expect(view.ir.features.map((feature) => feature.name)).toEqual(["embedding", "label", "score", "z"]);
    expect(JSON.parse(JSON.stringify(view.ir))).toEqual(view.ir);
    expect(view.ir).toMatchObject({
      ttlSeconds: 172_800,
      freshnessSeconds: 3600,
      schedule: { cron: "*/30 * * * *", zone: "UTC" },
      reconcile: { cron: "0 3 * * *", zone: "Europe/Berlin" },
      filter: { kind: "column", name: "flag" },
      owner: null,
      tags: [],
    });
  });

  test("have features with contracts and types", () => {
    const [embedding, label, score] = view.ir.features;
    expect(label?.contract).toEqual({
      description: "Label",
      unit: "word",
      minimum: null,
      maximum: null,
      allowedValues: ["a", "b"],
      maximumNullFraction: 0.1,
      owner: "me",
      pii: true,
      tags: ["x", "y"],
    });
    expect(score?.contract).toMatchObject({ minimum: 0, maximum: 1 });
    expect(embedding).toMatchObject({ type: "vector(3)", nullable: true, embedding: { space: "three", metric: "l2" } });
    for (const feature of view.ir.features) {
      expect([feature.type, feature.nullable]).toEqual([typeOf(feature.expression), isNullable(feature.expression)]);
    }
  });

  test("keep the order of a service's picks", () => {
    const service = featureService({ name: "s", version: 1, features: [view.pick("z", "label"), view.pick("score")] });
    expect(service.ir.entity).toBe("track");
    expect(service.ir.features.map((reference) => reference.feature)).toEqual(["z", "label", "score"]);
    expect(view.all().references.map((reference) => reference.feature)).toEqual(["embedding", "label", "score", "z"]);
  });

  test("are collected from modules once, from any copy of the package", () => {
    const service = featureService({ name: "s", version: 1, features: [view.all()] });
    const foreign = JSON.parse(JSON.stringify({ ...view, ir: { ...view.ir, name: "foreign" } }));
    const found = collectDefinitions([
      { view, track, events, text: "x", nothing: null },
      { again: view, foreign, default: service },
    ]);
    expect(found.featureViews.map((item) => item.name)).toEqual(["demo", "foreign"]);
    expect(found.featureServices).toEqual([service.ir]);
  });

  test("build an unknown column, for the checks to report", () => {
    const row = rowOf<Record<string, never>, Record<string, never>>(events.ir);
    const misspelt: Scalar<"string", true, "row"> = Reflect.get(row, "lable");
    const broken = featureView({
      name: "broken",
      version: 1,
      entity: track,
      from: events,
      features: () => ({ mood: latest(misspelt.trim().lower()).describe("Mood") }),
    });
    expect(checkDefinitions({ featureViews: [broken.ir], featureServices: [] })).toMatchObject([
      {
        code: "column_unknown",
        severity: "error",
        definition: "broken@1",
        path: "features.mood",
        message: expect.stringContaining("`lable`"),
        suggestion: expect.stringContaining("`label`"),
      },
    ]);
  });
});
