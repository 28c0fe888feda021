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
    ["", "expected five fields, got 0"],
    ["0 3 * *", "expected five fields, got 4"],
    ["0 0 3 * * *", "expected five fields, got 6"],
    ["@daily", "expected five fields, got 1"],
    ["60 3 * * *", 'expected a minute from 0 to 59, got "60"'],
    ["0 3 0 * *", 'expected a day of the month from 1 to 31, got "0"'],
    ["0 3 * foo *", 'expected a month from 1 to 12, got "foo"'],
    ["0 3 * * 5-1", 'the range "5-1" is descending'],
    ["5/10 3 * * *", 'the step of "5/10" needs a range, or `*`'],
    ["*/0 3 * * *", 'the step of "*/0" must be from 1 to 59'],
    ["1-2-3 3 * * *", 'expected a minute from 0 to 59, got "1-2-3"'],
    ["1, 3 * * *", 'expected a minute from 0 to 59, got ""'],
    ["0 3 L * *", 'expected a day of the month from 1 to 31, got "L"'],
    ["-1 3 * * *", 'expected a minute from 0 to 59, got "-1"'],
  ])("rejects %s", (cron, fault) => {
    expect(parseCron(cron)).toBe(fault);
  });
});
