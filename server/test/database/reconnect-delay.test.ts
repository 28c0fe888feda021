import { expect, test } from "vitest";
import { reconnectDelay } from "../../src/database/reconnect-delay";

test("the first attempt after a loss is immediate; then the pauses double up to the longest, less a random half", () => {
  expect([0, 1].map((failures) => reconnectDelay(failures, 500))).toEqual([0, 0]);
  for (const [failures, longest] of [
    [2, 50],
    [3, 100],
    [5, 400],
    [6, 500],
    [1_000, 500],
  ] as const) {
    const delay = reconnectDelay(failures, 500);
    expect(delay).toBeGreaterThanOrEqual(longest / 2);
    expect(delay).toBeLessThanOrEqual(longest);
  }
});
