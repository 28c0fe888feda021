import { describe, expect, test } from "vitest";
import { maxGap, parseCron } from "../../src/check/cron";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function gapOf(cron: string): number | null {
  const fields = parseCron(cron);
  if (typeof fields === "string") throw new Error(fields);
  return maxGap(fields);
}

describe("a cron expression", () => {
  test.each([
    ["* * * * *", MINUTE],
    ["*/15 * * * *", 15 * MINUTE],
    ["*/25 * * * *", 25 * MINUTE],
    ["0 3 * * *", DAY],
    ["0 0,12 * * *", 12 * HOUR],
    ["0 8-18/2 * * mon-fri", DAY * 2 + 14 * HOUR],
    ["0 0 * * 7", 7 * DAY],
    ["0 0 * * 0,7", 7 * DAY],
    ["0 0 1 * *", 31 * DAY],
    ["30 5 29 2 *", 1461 * DAY],
    // If both days are restricted, either one matches.
    ["0 0 1 * MON", 7 * DAY],
    ["0 0 1 jan *", 366 * DAY],
  ])("%s has gaps of at most %d seconds", (cron, gap) => {
    expect(gapOf(cron)).toBe(gap);
  });

  test("has no gap if it never runs", () => {
    expect(gapOf("0 0 31 feb,apr *")).toBeNull();
  });

  test.each([
    ["", ["0"]],
    ["0 3 * *", ["4"]],
    ["0 0 3 * * *", ["6"]],
    ["@daily", ["1"]],
    ["60 3 * * *", ["minute", "0", "59", '"60"']],
    ["0 3 0 * *", ["day of the month", "1", "31", '"0"']],
    ["0 3 * foo *", ["month", "1", "12", '"foo"']],
    ["0 3 * * 5-1", ["range", '"5-1"']],
    ["5/10 3 * * *", ["step", '"5/10"', "range"]],
    ["*/0 3 * * *", ["step", '"*/0"', "1", "59"]],
    ["1-2-3 3 * * *", ["minute", '"1-2-3"']],
    ["1, 3 * * *", ["minute", '""']],
    ["0 3 L * *", ["day of the month", '"L"']],
    ["-1 3 * * *", ["minute", '"-1"']],
  ])("rejects %s and names %j", (cron, facts) => {
    const fault = parseCron(cron);
    expect(typeof fault).toBe("string");
    for (const fact of facts) expect(fault).toContain(fact);
  });
});
