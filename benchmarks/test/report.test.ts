import { describe, expect, it } from "vitest";
import type { Figure } from "../src/figure";
import { measurement, ratioOf } from "../src/measurement";
import { feastTable } from "../src/report/feast-section";
import { fillMarkedFigures } from "../src/report/marked-figures";
import { judgedToday, type Result } from "../src/report/stored-results";

const figure: Figure = {
  name: "1 × 50 int64, redis",
  unit: "requests/s",
  ours: measurement([12_345.6]),
  floorName: "bare Hono + ioredis",
  floor: measurement([20_000]),
  ratio: measurement([0.625]),
  bar: { kind: "at least", value: 0.85 },
  plot: { group: "reads-redis", label: "1 × 50" },
  notes: {},
};
const result: Result = {
  measuredAt: "2026-01-01T00:00:00.000Z",
  machine: {},
  options: { quick: false },
  figures: [figure],
  skipped: {},
  failed: {},
};
const mark = (text: string, old = "old") => `<!-- figure: ${text} -->${old}<!-- /figure -->`;

describe("judgedToday", () => {
  it("replaces the bar of the day of the measurement by today's", () => {
    expect(judgedToday(figure).bar).toEqual({ kind: "at least", value: 0.6 });
  });

  it("gives no bar to a figure that had none, such as those of a quick run", () => {
    expect(judgedToday({ ...figure, bar: null }).bar).toBeNull();
  });
});

describe("fillMarkedFigures", () => {
  const fill = (text: string) => fillMarkedFigures(text, { online: result });

  it("rewrites each marked figure and nothing else", () => {
    const text = `A read: ${mark("online; 1 × 50 int64, redis; ours; 0")}/s, ${mark("online; 1 × 50 int64, redis; ratio; 0.00")}.`;
    expect(fill(text)).toBe(
      `A read: ${mark("online; 1 × 50 int64, redis; ours; 0", "12,346")}/s, ${mark("online; 1 × 50 int64, redis; ratio; 0.00", "0.63")}.`,
    );
    expect(fill(fill(text))).toBe(fill(text));
  });

  it("inverts a ratio for latencies and times", () => {
    expect(fill(mark("online; 1 × 50 int64, redis; inverse ratio; 0.0"))).toContain(">1.6<");
  });

  it.each([
    "feast; 1 × 50 int64, redis; ours; 0",
    "online; 2 × 50 int64, redis; ours; 0",
    "online; 1 × 50 int64, redis; theirs; 0",
    "online; 1 × 50 int64, redis; ours; %",
  ])("fails for %s", (text) => {
    expect(() => fill(mark(text))).toThrow(text);
  });
});

describe("feastTable", () => {
  it("names the better of the two by the unit, and shows no ratio to zero", () => {
    const of = (unit: Figure["unit"], ours: number, feast: number): Figure => {
      const [left, right] = [measurement([ours]), measurement([feast])];
      return { ...figure, unit, ours: left, floor: right, ratio: ratioOf(left, right), bar: null };
    };
    const [, , ...rows] = feastTable([of("ms", 5, 9), of("MiB", 50, 9), of("rows", 7, 0), of("rows", 7, 7)]).split(
      "\n",
    );
    const cells = rows.map((row) => row.split(" | "));
    expect(cells.map((row) => row.at(-1))).toEqual(["Featstore |", "Feast |", "Featstore |", "equal |"]);
    expect(cells[2]?.at(-2)).toBe("");
  });
});
