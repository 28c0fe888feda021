import { avg, days, entity, featureView, float64, int64, source } from "@featstore/definitions";
import { compareViews } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import { changeLines, changeText } from "../../../src/cli/plan/change-text";

const start = '{"kind":"aggregate","name":"count","operand":null,"filter":{"kind":"compare","operator":"equal","left":';

test("short texts are shown whole", () => {
  expect(changeText("30", "60")).toBe(" 30 → 60");
  expect(changeText(null, "int32")).toBe(" int32");
  expect(changeText("int32", null)).toBe(" int32");
  expect(changeText(null, null)).toBe("");
});

test("long texts are cut around the first difference", () => {
  const text = (value: string) => `${start}{"value":"${value}"},"window":{"seconds":7776000}}`;
  const [, before, after] = /^ (.+) → (.+)$/.exec(changeText(text("old"), text("new"))) ?? [];
  expect(before).toMatch(/^….*"old"/);
  expect(after).toMatch(/^….*"new"/);
  expect(before?.length).toBeLessThan(80);
});

test("shows a difference at the end, and a text that is a prefix of the other", () => {
  expect(changeText(`${start}1}`, `${start}2}`)).toMatch(/^ ….*1} → ….*2}$/);
  expect(changeText(start, `${start}more}`)).toMatch(/^ … *.* → ….*more}$/);
});

const plays = source({
  name: "plays",
  table: "plays",
  key: { track_id: int64() },
  eventTime: "at",
  history: "events",
  columns: { seconds: float64(), skipped_after: float64().nullable() },
});
const listening = (window: number, max: number) =>
  featureView({
    name: "listening",
    version: 1,
    entity: entity({ name: "track", key: { track_id: int64() } }),
    from: plays,
    where: (row) => row.seconds.lt(max),
    features: (row) => ({
      long: avg(row.seconds.minus(row.skipped_after))
        .where(row.skipped_after.isNotNull().and(row.skipped_after.gt(10), row.seconds.gt(30)))
        .over(days(window)),
    }),
  }).ir;

test("expressions are shown in the language of definitions, without cuts", () => {
  const { changes } = compareViews(listening(30, 100), listening(90, 200));
  expect(changes.flatMap(changeLines)).toEqual([
    "where: filter changed row.seconds.lt(100) → row.seconds.lt(200)",
    "features.long: expression changed",
    "  - avg(row.seconds.minus(row.skipped_after))",
    "      .where(row.skipped_after.isNotNull().and(row.skipped_after.gt(10), row.seconds.gt(30)))",
    "      .over(days(30))",
    "  + avg(row.seconds.minus(row.skipped_after))",
    "      .where(row.skipped_after.isNotNull().and(row.skipped_after.gt(10), row.seconds.gt(30)))",
    "      .over(days(90))",
  ]);
});

test("shows the differing members of sources, keys and contracts instead of JSON", () => {
  const song = entity({ name: "track", key: { track_id: int64() } });
  const view = (at: string, isOld: boolean) =>
    featureView({
      name: "listening",
      version: 1,
      entity: song,
      from: source({
        name: "plays",
        table: isOld ? "plays" : "music.plays",
        key: { track_id: int64() },
        eventTime: at,
        ...(isOld ? {} : { tieBreak: "id" }),
        history: "events",
        columns: { seconds: isOld ? float64() : float64().from("length") },
      }).where((row) => row.seconds.gt(isOld ? 1 : 2)),
      tags: isOld ? [] : ["a", "b"],
      features: (row) => ({ long: avg(row.seconds).between(0, isOld ? 1 : 2) }),
    }).ir;
  const lines = compareViews(view("at", true), view("played_at", false)).changes.flatMap(changeLines);
  expect(lines).toEqual(
    expect.arrayContaining([
      "source: source changed",
      "  relation.schema: none → music",
      "  eventTime.column: at → played_at",
      "  tieBreak: none → id",
      "  filter: row.seconds.gt(1) → row.seconds.gt(2)",
      "features.long: contract changed, maximum: 1 → 2",
      "tags: tags changed, none → a, b",
    ]),
  );
  expect(lines.join("\n")).not.toMatch(/[{}"[\]]/);
});
