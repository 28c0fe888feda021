import { describe, expect, expectTypeOf, test } from "vitest";
import {
  checkDefinitions,
  documentHash,
  meaningHash,
  parseFeatureService,
  serviceMeaningHash,
} from "../../src/compiler";
import {
  cosineSimilarity,
  count,
  date,
  entity,
  featureService,
  featureView,
  type InputsOf,
  int64,
  latest,
  type RowOf,
  source,
  string,
} from "../../src/index";
import { readsAsOf } from "../../src/ir/service-reads";
import { artistListening, listening, recommender, song, track } from "./fixtures";

describe("a service with computed features", () => {
  test("is plain data", () => {
    const { ir } = recommender;
    expect(JSON.parse(JSON.stringify(ir))).toEqual(ir);
    expect(parseFeatureService(JSON.parse(JSON.stringify(ir)))).toEqual(ir);
    expect(ir.inputs).toEqual([
      { name: "today", type: "date", nullable: false, description: null },
      { name: "query", type: "vector(3)", nullable: true, description: "Embedding of what is looked for" },
      { name: "weight", type: "float64", nullable: true, description: null },
    ]);
    expect(ir.features.at(-1)).toEqual({
      view: "artist_listening",
      version: 1,
      feature: "seconds_avg",
      through: { view: "song", version: 1, feature: "artist" },
    });
    expect(ir.computed?.map(({ name, type, nullable }) => [name, type, nullable])).toEqual([
      ["age", "int32", true],
      ["similarity", "float64", true],
      ["share", "float64", true],
      ["score", "float64", true],
      ["is_long", "bool", false],
      ["idle", "float64", true],
      ["days_out", "int32", true],
    ]);
    expect(ir.computed?.[0]?.expression).toEqual({
      kind: "time_between",
      unit: "days",
      start: { kind: "column", name: "song.released_on", type: "date", nullable: true },
      end: { kind: "column", name: "input.today", type: "date", nullable: false },
    });
    expect(ir.computed?.[1]).toMatchObject({ default: 0, contract: { minimum: -1, maximum: 1 } });
    expect(recommender.computedTypes).toEqual(["int32", "float64", "float64", "float64", "bool", "float64", "int32"]);
    expect(ir.computed?.[5]?.expression).toEqual({
      kind: "time_between",
      unit: "seconds",
      start: { kind: "column", name: "listening.last_played", type: "timestamp", nullable: true },
      end: { kind: "column", name: "as_of", type: "timestamp", nullable: false },
    });
    expect(ir.computed?.map(readsAsOf)).toEqual([false, false, false, false, false, true, true]);
  });

  test("passes the checks", () => {
    const definitions = {
      featureViews: [song.ir, listening.ir, artistListening.ir],
      featureServices: [recommender.ir],
    };
    expect(checkDefinitions(definitions).map(({ code, path }) => [code, path])).toEqual([
      ["entity_without_population", "entity.from"],
    ]);
  });

  test("has the declared row type and inputs", () => {
    type Row = RowOf<typeof recommender>;
    expectTypeOf<keyof Row>().toEqualTypeOf<"song" | "listening" | "artist_listening" | "computed">();
    expectTypeOf<Row["computed"]>().toEqualTypeOf<{
      readonly age: number | null;
      readonly similarity: number;
      readonly share: number | null;
      readonly score: number | null;
      readonly is_long: boolean;
      readonly idle: number;
      readonly days_out: number | null;
    }>();
    // For its own entity a count is never null; a joined entity may not exist.
    expectTypeOf<Row["listening"]["plays"]>().toEqualTypeOf<number>();
    expectTypeOf<Row["artist_listening"]["plays"]>().toEqualTypeOf<number | null>();
    expectTypeOf<Row["artist_listening"]["seconds_avg"]>().toEqualTypeOf<number>();
    expectTypeOf<InputsOf<typeof recommender>>().toExtend<{ readonly today: string }>();
    const inputs: InputsOf<typeof recommender> = { today: "2026-01-01" };
    const whole: InputsOf<typeof recommender> = { today: "2026-01-01", query: [1, 2, 3], weight: null };
    // @ts-expect-error `today` is required
    const none: InputsOf<typeof recommender> = {};
    // @ts-expect-error a number is not a date
    const wrong: InputsOf<typeof recommender> = { today: 3 };
    expect([inputs, whole, none, wrong]).toHaveLength(4);
  });

  test("is unchanged without inputs and computed features", () => {
    const plain = featureService({ name: "plain", version: 1, features: [song.pick("artist")] });
    expect(Object.keys(plain.ir)).not.toContain("inputs");
    expect(Object.keys(plain.ir)).not.toContain("computed");
    expectTypeOf<RowOf<typeof plain>>().toEqualTypeOf<{
      readonly song: { readonly artist: string | null };
    }>();
    // Recorded before inputs and computed features existed: a stored definition keeps its hashes.
    expect(serviceMeaningHash(plain.ir)).toBe("9f0997418a74934260fc3a23f26481fae905107a8f6ef6367f2e85dea46d45fe");
    expect(documentHash(plain.ir)).toBe("a3204df496f8fa97a4b4c06740343f9129bb938e05bf60273a64b41c8b50d366");
    expect(meaningHash(song.ir)).toBe("cfd70e89c4054dccba72945b1b7f1bb8daca5a336135fc13bbc97c01769db2d5");
    expect(documentHash(song.ir)).toBe("2e8b6608439c40114d3e99fedef81469f1d8e4f0558623297246b48ba78566df");
  });

  test("has a meaning of its inputs, joins and expressions, without descriptions", () => {
    const { ir } = recommender;
    const hash = serviceMeaningHash(ir);
    const inputs = ir.inputs ?? [];
    const computed = ir.computed ?? [];
    const [first, ...rest] = computed;
    if (!first) throw new Error("The service computes features");
    const described = {
      ...ir,
      inputs: inputs.map((input) => ({ ...input, description: "Other" })),
      computed: [{ ...first, contract: { ...first.contract, description: "Other" } }, ...rest],
    };
    expect(serviceMeaningHash(described)).toBe(hash);
    expect(documentHash(described)).not.toBe(documentHash(ir));
    const others = [
      { ...ir, inputs: inputs.slice(1) },
      { ...ir, inputs: inputs.map((input) => ({ ...input, nullable: true })) },
      { ...ir, computed: rest },
      { ...ir, computed: [...rest, first] },
      { ...ir, computed: [{ ...first, default: 1 }, ...rest] },
      { ...ir, features: ir.features.map(({ through: _through, ...reference }) => reference) },
    ];
    expect(others.filter((other) => serviceMeaningHash(other) === hash)).toEqual([]);
  });

  test("includes a default in a view's meaning, and removes null from the type", () => {
    const view = (byDefault: number | null) =>
      featureView({
        name: "v",
        version: 1,
        entity: track,
        from: source({ name: "s", table: "s", key: { track_id: int64() }, columns: {} }),
        features: () => ({ plays: byDefault === null ? count() : count().default(byDefault) }),
      });
    expect(meaningHash(view(1).ir)).not.toBe(meaningHash(view(null).ir));
    expect(meaningHash(view(1).ir)).not.toBe(meaningHash(view(2).ir));
    expectTypeOf<RowOf<typeof listening>["seconds_avg"]>().toEqualTypeOf<number>();
    const mood = featureView({
      name: "mood",
      version: 1,
      entity: track,
      from: source({ name: "s", table: "s", key: { track_id: int64() }, eventTime: "at", columns: { mood: string() } }),
      features: (s) => ({
        mood: latest(s.mood).oneOf("glad", "sad").default("sad").describe("Mood"),
        // @ts-expect-error not an allowed value
        wrong: latest(s.mood).oneOf("glad", "sad").default("mad"),
        // @ts-expect-error text is not a number
        number: count().default("0"),
      }),
    });
    expectTypeOf<RowOf<typeof mood>["mood"]>().toEqualTypeOf<"glad" | "sad">();
  });
});

/** Never called: each error is a type error that the compiler must report. */
export function mistakes() {
  const composite = entity({ name: "pair", key: { artist: string(), album: string() } });
  const pairs = featureView({
    name: "pairs",
    version: 1,
    entity: composite,
    from: source({ name: "s", table: "s", key: { artist: string(), album: string() }, columns: {} }),
    features: () => ({ rows: count() }),
  });
  const service = { name: "wrong", version: 1, features: [song.all(), listening.all()], inputs: { day: date() } };
  return [
    // @ts-expect-error the artist's key is not a number
    artistListening.through(listening.feature("plays")),
    // @ts-expect-error one feature cannot hold a composite key
    pairs.through(song.feature("artist")),
    // @ts-expect-error unknown feature
    song.feature("artists"),
    // @ts-expect-error unknown feature of the joined view
    artistListening.through(song.feature("artist")).pick("play"),
    // @ts-expect-error a feature that is not picked
    featureService({ ...service, computed: ({ song }) => ({ x: song.artists.isNull() }) }),
    // @ts-expect-error unknown input
    featureService({ ...service, computed: (_, { days }) => ({ x: days.isNull() }) }),
    // @ts-expect-error text has no days
    featureService({ ...service, computed: ({ song }, { day }) => ({ x: day.daysSince(song.artist) }) }),
    // @ts-expect-error vectors of different dimensions
    cosineSimilarity(latest(vectorOf(3)), latest(vectorOf(4))),
    // @ts-expect-error a date has no seconds
    featureService({ ...service, computed: (_, { day }) => ({ x: day.secondsSince("2026-01-01T00:00:00Z") }) }),
  ];
}

declare function vectorOf<const D extends number>(dimensions: D): Parameters<typeof latest<`vector(${D})`>>[0];
