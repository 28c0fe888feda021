import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstRequests } from "../../src/portal/keys/code-lines";
import { useText } from "../../src/portal/keys/key-dialogs";
import { limitedScopes } from "../../src/portal/keys/scope-choices";
import { roundNumber, shortBytes, shortNumber } from "../../src/portal/parts/numbers";
import { agoText, aheadText, daysIn, shiftMonth } from "../../src/portal/parts/times";
import { chartTicks } from "../../src/portal/usage/chart-ticks";
import { courseOf } from "../../src/portal/usage/forecast";
import { emptyUsage, sampleNow, sampleUsage } from "./support/sample-data";

test.each([
  [0, "0"],
  [9999, "9,999"],
  [10_000, "10.0 k"],
  [999_999, "1.00 M"],
  [1_404_256, "1.40 M"],
  [2_000_000_000, "2.00 G"],
])("shortens %i to %s", (value, text) => expect(shortNumber(value)).toBe(text));

test("shortens bytes and limits", () => {
  expect([shortBytes(0), shortBytes(999), shortBytes(6_100_000_000)]).toEqual(["0 B", "999 B", "6.1 GB"]);
  expect([roundNumber(2_000_000), roundNumber(500_000), roundNumber(10_000), roundNumber(100)]).toEqual([
    "2 M",
    "500 k",
    "10 k",
    "100",
  ]);
});

test("tells times relative to now", () => {
  const at = (seconds: number) => new Date(sampleNow.getTime() + seconds * 1000);
  expect([-1, -12, -300, -7200, -90_000, -864_000].map((each) => agoText(at(each), sampleNow))).toEqual([
    "Just now",
    "12 s ago",
    "5 min ago",
    "2 h ago",
    "Yesterday",
    "10 days ago",
  ]);
  expect([10, 600, 90_000, 864_000, 604_799].map((each) => aheadText(at(each), sampleNow))).toEqual([
    "in less than a minute",
    "in 10 min",
    "in 25 h",
    "in 10 days",
    "in 7 days",
  ]);
});

test("months follow each other over the end of a year", () => {
  expect([shiftMonth("2026-12", 1), shiftMonth("2026-01", -1), shiftMonth("2026-03", 0)]).toEqual([
    "2027-01",
    "2025-12",
    "2026-03",
  ]);
  expect([daysIn("2026-02"), daysIn("2028-02"), daysIn("2026-03")]).toEqual([28, 29, 31]);
});

test("a chart has one to five lines, from 0 to its top", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e15, noNaN: true }), (max) => {
      const ticks = chartTicks(max);
      return ticks.length >= 1 && ticks.length <= 5 && ticks[0] === 0 && (ticks.at(-1) ?? 0) <= max;
    }),
    { numRuns: Number(process.env.LAW_RUNS), seed: Number(process.env.LAW_SEED) },
  );
});

describe("the course of a month", () => {
  test("ends at the used sum and expects more at the same pace", () => {
    const course = courseOf(sampleUsage, "requests", sampleNow);
    expect(course.sums).toHaveLength(22);
    expect(course.sums.at(-1)).toBe(sampleUsage.used.requests);
    expect(course.expected).toBeGreaterThan(sampleUsage.used.requests);
  });

  test("expects nothing of a month that has ended", () => {
    const course = courseOf({ ...sampleUsage, month: "2026-10" }, "rows", sampleNow);
    expect(course.sums).toHaveLength(31);
    expect([course.expected, course.reachedOn]).toEqual([null, null]);
  });

  test("expects nothing of nothing, and nothing before three full days from the first request on", () => {
    const nothing = { expected: null, reachedOn: null };
    expect(courseOf(emptyUsage, "rows", sampleNow)).toMatchObject(nothing);
    const count = { requests: 30, rows: 30, bytes: 0, errors: 0 };
    const since = (day: number) => ({
      ...sampleUsage,
      limits: { ...sampleUsage.limits, requests: 31 },
      days: Array.from({ length: 23 - day }, (_, index) => ({ day: day + index, ...count })),
    });
    for (const day of [22, 21, 20]) expect(courseOf(since(day), "requests", sampleNow)).toMatchObject(nothing);
    // Three full days of 30, and one that is not over: 30 on each of the 8 days that are left.
    expect(courseOf(since(19), "requests", sampleNow).expected).toBe(4 * 30 + 8 * 30);
    const first = new Date("2026-11-01T00:02:00Z");
    expect(courseOf({ ...sampleUsage, days: [{ day: 1, ...count }] }, "requests", first)).toMatchObject(nothing);
  });
});

test("limits scopes to names only where they can be", () => {
  expect(limitedScopes(["features:read", "usage:read"], ["speech_*", "mood"])).toEqual([
    "features:read:speech_*",
    "features:read:mood",
    "usage:read",
  ]);
  expect(limitedScopes(["features:read"], [])).toEqual(["features:read"]);
});

test.each([
  [{ operation: "embedding", embedding: "songs.lyrics", id: "7" }, "/api/embeddings/7?embedding=songs.lyrics", true],
  [{ operation: "feature-views" }, "/api/feature-views", true],
  [{ operation: "usage" }, "/api/usage", false],
  [{ operation: "account" }, "/api/account", false],
  [{ operation: "keys" }, "/api/keys", false],
] as const)("the lines of %j read %s in every language", (example, path, isCall) => {
  const [curl, typeScript, python] = firstRequests("https://store.example", "fs_key", example).map(({ code }) => code);
  expect([curl, python]).toEqual([expect.stringContaining(`${path}"`), expect.stringContaining(`${path}"`)]);
  expect(typeScript?.includes("createClient")).toBe(isCall);
  expect(typeScript?.includes(`fetch("https://store.example${path}"`)).toBe(!isCall);
});

test("the TypeScript lines say what to install, and are saved as a module", () => {
  const [, lines] = firstRequests("https://store.example", "fs_key", { operation: "feature-views" });
  expect(lines?.code).toMatch(/npm install @featstore\/client[\s\S]*\.mjs/);
});

test("the last use of a key is known by its time, or earlier by its count", () => {
  const none = [0, 0, 0];
  expect(useText(null, none, sampleNow)).toContain("Not used yet");
  expect(useText(null, [0, 0, 1], sampleNow)).toContain("1 time in 3 days");
  expect(useText(new Date(sampleNow.getTime() - 12_000), [0, 4, 0], sampleNow)).toContain("12 s ago, 4 times");
});

test("the lines of a first request quote names", () => {
  const lines = firstRequests("https://store.example", "fs_key", { operation: "features", view: 'a"b', id: "x y" });
  expect(lines.map(({ code }) => code).join("\n")).toContain("/api/features/x%20y?features=a%22b");
  expect(lines[1]?.code).toContain('client.features.get("x y", { features: ["a\\"b"] })');
});
