import { describe, expectTypeOf, test } from "vitest";
import {
  any,
  avg,
  changeAgainstPrevious,
  coalesce,
  collect,
  count,
  countDistinct,
  days,
  entity,
  every,
  featureService,
  featureView,
  first,
  int64,
  type JsonValue,
  type KeyOf,
  lastN,
  latest,
  literal,
  max,
  min,
  mode,
  percentile,
  type RowOf,
  ratePerDay,
  source,
  sql,
  stddev,
  string,
  sum,
  variance,
  when,
} from "../../src/index";
import { events, track } from "./fixtures";

const everything = featureView({
  name: "everything",
  version: 2,
  entity: track,
  from: events.where((e) => e.flag.and(e.label.ne("x"))),
  features: (e) => ({
    flag: latest(e.flag),
    small: latest(e.small),
    big: latest(e.big),
    single: latest(e.single),
    money: latest(e.money),
    label: first(e.label).where(e.small.gt(3)).over(days(1)).ignoreNulls(),
    at: max(e.at),
    day: min(e.day),
    data: latest(e.data),
    words: latest(e.words),
    numbers: latest(e.numbers),
    embedding: latest(e.embedding).space("three"),
    mood: latest(e.label).oneOf("happy", "sad").describe("Mood"),
    stars: latest(e.small).oneOf(1, 2, 3),
    rows: count().over(days(7)),
    labels: countDistinct(e.label).describe("Labels"),
    sum_small: sum(e.small),
    sum_big: sum(e.big),
    sum_double: sum(e.double),
    mean: avg(e.money).between(0, 1),
    spread: stddev(e.big),
    share: count().where(e.flag).dividedBy(count()).between(0, 1),
    quality: latest(e.data.get("scores", 0, "quality").float64()),
    known: coalesce(latest(e.single), 0),
    level: when(count().gt(10), "high").otherwise("low"),
    maybe: when(count().gt(10), "high").end(),
    inverse: literal(1).minus(avg(e.double)),
    logarithm: sum(sql("float64")`ln(${e.small})`),
    certain: sql("bool", { nullable: false })`${count()} > 3`,
    weekday: latest(e.at).dayOfWeek("Europe/Berlin"),
    constant: literal("one"),
    varied: variance(e.money),
    median: percentile(e.big, 0.5).over(days(7)),
    usual_label: mode(e.label).where(e.flag),
    usual_day: mode(e.day),
    any_flag: any(e.flag.and(e.small.gt(1))),
    every_flag: every(e.flag),
    labels_seen: lastN(e.label, 5).over(days(7), { endingBefore: days(1) }),
    smalls_seen: collect(e.small, { limit: 10 }),
    per_day: ratePerDay(sum(e.big).where(e.flag).over(days(7))),
    change: changeAgainstPrevious(count().over(days(7))),
    change_small: changeAgainstPrevious(latest(e.single).over(days(7))),
    change_mood: latest(e.label).oneOf("a").owner("team").pii(),
  }),
});

describe("row types", () => {
  test("are inferred from the definition", () => {
    expectTypeOf<RowOf<typeof everything>>().toEqualTypeOf<{
      readonly flag: boolean | null;
      readonly small: number | null;
      readonly big: bigint | null;
      readonly single: number | null;
      readonly money: string | null;
      readonly label: string | null;
      readonly at: string | null;
      readonly day: string | null;
      readonly data: JsonValue | null;
      readonly words: readonly string[] | null;
      readonly numbers: readonly number[] | null;
      readonly embedding: readonly number[] | null;
      readonly mood: "happy" | "sad" | null;
      readonly stars: 1 | 2 | 3 | null;
      readonly rows: number;
      readonly labels: number;
      readonly sum_small: bigint | null;
      readonly sum_big: string | null;
      readonly sum_double: number | null;
      readonly mean: number | null;
      readonly spread: number | null;
      readonly share: number | null;
      readonly quality: number | null;
      readonly known: number;
      readonly level: string;
      readonly maybe: string | null;
      readonly inverse: number | null;
      readonly logarithm: number | null;
      readonly certain: boolean;
      readonly weekday: number | null;
      readonly constant: string;
      readonly varied: number | null;
      readonly median: number | null;
      readonly usual_label: string | null;
      readonly usual_day: string | null;
      readonly any_flag: boolean | null;
      readonly every_flag: boolean | null;
      readonly labels_seen: readonly string[] | null;
      readonly smalls_seen: readonly number[] | null;
      readonly per_day: number | null;
      readonly change: number | null;
      readonly change_small: number | null;
      readonly change_mood: "a" | null;
    }>();
    expectTypeOf<KeyOf<typeof everything>>().toEqualTypeOf<{ readonly track_id: bigint }>();
  });

  test("include the view's name and version", () => {
    expectTypeOf(everything.name).toEqualTypeOf<"everything">();
    expectTypeOf(everything.version).toEqualTypeOf<2>();
  });

  test("of a service are its picks under their views' names", () => {
    const other = featureView({
      name: "other",
      version: 1,
      entity: track,
      from: events,
      features: () => ({ rows: count() }),
    });
    const service = featureService({
      name: "both",
      version: 1,
      features: [everything.pick("mood", "rows"), other.all(), everything.pick("money")],
    });
    expectTypeOf<RowOf<typeof service>["other"]>().toEqualTypeOf<{ readonly rows: number }>();
    expectTypeOf<RowOf<typeof service>["everything"]["mood"]>().toEqualTypeOf<"happy" | "sad" | null>();
    expectTypeOf<RowOf<typeof service>["everything"]["money"]>().toEqualTypeOf<string | null>();
    expectTypeOf<keyof RowOf<typeof service>>().toEqualTypeOf<"everything" | "other">();
    // @ts-expect-error not a feature of the view
    other.pick("row");
  });
});

/** Never called: each error is a type error that the compiler must report. */
export function mistakes() {
  const wrong = (name: string) => ({ name, version: 1, entity: track, from: events });
  // Arguments, not an array: its elements' types would be compared with each other, which takes the compiler too long.
  const refuse = (..._definitions: readonly unknown[]) => undefined;
  refuse(
    // @ts-expect-error files without an engine
    source({ name: "f", path: "plays", key: { id: int64() }, columns: {} }),
    // @ts-expect-error files and a table
    source({ name: "f", engine: "lake", path: "plays", table: "plays", key: { id: int64() }, columns: {} }),
    source({
      name: "f",
      engine: "lake",
      path: "p",
      // @ts-expect-error a partition of a type that names of folders cannot hold
      partitions: { a: { type: "json" } },
      key: { id: int64() },
      columns: {},
    }),
    // @ts-expect-error unknown column
    featureView({ ...wrong("a"), features: (e) => ({ x: latest(e.smal) }) }),
    // @ts-expect-error sum of a string
    featureView({ ...wrong("b"), features: (e) => ({ x: sum(e.label) }) }),
    // @ts-expect-error mean of JSON
    featureView({ ...wrong("c"), features: (e) => ({ x: avg(e.data) }) }),
    // @ts-expect-error a string compared with a number
    featureView({ ...wrong("d"), features: (e) => ({ x: count().where(e.label.eq(5)) }) }),
    // @ts-expect-error a string compared with a numeric column
    featureView({ ...wrong("e"), features: (e) => ({ x: count().where(e.label.eq(e.small)) }) }),
    // @ts-expect-error an aggregate of an aggregate
    featureView({ ...wrong("f"), features: () => ({ x: sum(count()) }) }),
    // @ts-expect-error a column outside an aggregate
    featureView({ ...wrong("g"), features: (e) => ({ x: e.small }) }),
    // @ts-expect-error a column combined with an aggregate
    featureView({ ...wrong("h"), features: (e) => ({ x: count().plus(e.small) }) }),
    // @ts-expect-error a condition over aggregates in a filter
    featureView({ ...wrong("i"), features: () => ({ x: count().where(count().gt(3)) }) }),
    // @ts-expect-error JSON without a cast
    featureView({ ...wrong("j"), features: (e) => ({ x: latest(e.data.get("a").plus(1)) }) }),
    // @ts-expect-error decimals and floats do not mix
    featureView({ ...wrong("k"), features: (e) => ({ x: latest(e.money.plus(e.double)) }) }),
    // @ts-expect-error a fraction combined with int64
    featureView({ ...wrong("l"), features: (e) => ({ x: latest(e.big.plus(0.5)) }) }),
    // @ts-expect-error ignoreNulls works only with latest and first
    featureView({ ...wrong("m"), features: (e) => ({ x: sum(e.small).ignoreNulls() }) }),
    // @ts-expect-error a space on a number
    featureView({ ...wrong("n"), features: (e) => ({ x: latest(e.small).space("s") }) }),
    // @ts-expect-error a range on text
    featureView({ ...wrong("o"), features: (e) => ({ x: latest(e.label).between(0, 1) }) }),
    // @ts-expect-error choices of another type
    featureView({ ...wrong("p"), features: (e) => ({ x: latest(e.label).oneOf(1, 2) }) }),
    // @ts-expect-error a case of two types
    featureView({ ...wrong("q"), features: () => ({ x: when(count().gt(1), "a").otherwise(1) }) }),
    // @ts-expect-error no modulo of floats
    featureView({ ...wrong("r"), features: (e) => ({ x: latest(e.double.modulo(2)) }) }),
    // @ts-expect-error minimum of a bool
    featureView({ ...wrong("s"), features: (e) => ({ x: min(e.flag) }) }),
    // @ts-expect-error any of numbers
    featureView({ ...wrong("sa"), features: (e) => ({ x: any(e.small) }) }),
    // @ts-expect-error a percentile of texts
    featureView({ ...wrong("sb"), features: (e) => ({ x: percentile(e.label, 0.5) }) }),
    // @ts-expect-error a mode of JSON
    featureView({ ...wrong("sc"), features: (e) => ({ x: mode(e.data) }) }),
    // @ts-expect-error a list of int64, which float64 cannot hold
    featureView({ ...wrong("sd"), features: (e) => ({ x: lastN(e.big, 3) }) }),
    // @ts-expect-error a list without a limit
    featureView({ ...wrong("se"), features: (e) => ({ x: collect(e.label) }) }),
    // @ts-expect-error a rate without a window
    featureView({ ...wrong("sf"), features: () => ({ x: ratePerDay(count()) }) }),
    // @ts-expect-error a change without a window
    featureView({ ...wrong("sg"), features: () => ({ x: changeAgainstPrevious(count()) }) }),
    // @ts-expect-error a change of an expression over aggregates
    featureView({ ...wrong("sh"), features: () => ({ x: changeAgainstPrevious(count().over(days(1)).plus(1)) }) }),
    // @ts-expect-error a change of text
    featureView({ ...wrong("si"), features: (e) => ({ x: changeAgainstPrevious(latest(e.label).over(days(1))) }) }),
    // @ts-expect-error a source without the entity's key
    featureView({ name: "t", version: 1, entity: track, from: keyless, features: () => ({ x: count() }) }),
    // @ts-expect-error a source whose key has another type
    featureView({ name: "u", version: 1, entity: track, from: textual, features: () => ({ x: count() }) }),
    // @ts-expect-error a source needs a key
    source({ name: "v", table: "v", columns: {} }),
    // @ts-expect-error a population without the entity's key
    entity({ name: "w", key: { track_id: int64() }, from: keyless }),
    // @ts-expect-error a float cannot be a key
    entity({ name: "x", key: { track_id: everything } }),
    // @ts-expect-error a filter that is not a condition
    events.where((e) => e.small),
  );
}

const keyless = source({ name: "keyless", table: "k", key: { artist: string() }, columns: {} });
const textual = source({ name: "textual", table: "t", key: { track_id: string() }, columns: {} });
