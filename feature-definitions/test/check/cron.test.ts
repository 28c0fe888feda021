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
    // Either day will do where both are restricted.
    ["0 0 1 * MON", 7 * DAY],
    ["0 0 1 jan *", 366 * DAY],
  ])("%s leaves at most %d seconds", (cron, gap) => {
    expect(gapOf(cron)).toBe(gap);
  });

  test("that never comes has no gap", () => {
    expect(gapOf("0 0 31 feb,apr *")).toBeNull();
  });

  test.each([
    ["", "it has 0 of five fields"],
    ["0 3 * *", "it has 4 of five fields"],
    ["0 0 3 * * *", "it has 6 of five fields"],
    ["@daily", "it has 1 of five fields"],
    ["60 3 * * *", '"60" is no minute from 0 to 59'],
    ["0 3 0 * *", '"0" is no day of the month from 1 to 31'],
    ["0 3 * foo *", '"foo" is no month from 1 to 12'],
    ["0 3 * * 5-1", 'the range "5-1" runs backwards'],
    ["5/10 3 * * *", 'the step of "5/10" needs a range, or `*`'],
    ["*/0 3 * * *", 'the step of "*/0" is not from 1 to 59'],
    ["1-2-3 3 * * *", '"1-2-3" is no minute from 0 to 59'],
    ["1, 3 * * *", '"" is no minute from 0 to 59'],
    ["0 3 L * *", '"L" is no day of the month from 1 to 31'],
    ["-1 3 * * *", '"-1" is no minute from 0 to 59'],
  ])("%s is refused", (cron, fault) => {
    expect(parseCron(cron)).toBe(fault);
  });
});
