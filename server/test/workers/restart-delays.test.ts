import { expect, test } from "vitest";
import { createRestartDelays } from "../../src/workers/restart-delays";

test("replaces a worker at once after long service, otherwise after a growing delay of up to ten seconds", () => {
  const delays = createRestartDelays();
  expect(delays.next(60_000)).toBe(0);
  expect(Array.from({ length: 9 }, () => delays.next(0))).toEqual([
    100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000,
  ]);
  expect(delays.next(60_000)).toBe(0);
  expect(delays.next(5000)).toBe(100);
});
