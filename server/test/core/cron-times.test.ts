import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCronReader, cronTimes } from "../../src/core/cron-times";

const micros = (text: string) => BigInt(Date.parse(text)) * 1000n;
const textOf = (at: bigint | null) => (at === null ? null : new Date(Number(at / 1000n)).toISOString());

describe("schedule times", () => {
  test.for([
    ["0 3 * * *", "UTC", "2026-01-01T03:00:00Z", "2026-01-02T03:00:00.000Z", "2026-01-01T03:00:00.000Z"],
    ["0 3 * * *", "UTC", "2026-01-01T02:59:59.999Z", "2026-01-01T03:00:00.000Z", "2025-12-31T03:00:00.000Z"],
    ["*/5 * * * *", "UTC", "2026-01-01T03:01:00Z", "2026-01-01T03:05:00.000Z", "2026-01-01T03:00:00.000Z"],
    ["0 3 * * *", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T21:30:00.000Z", "2025-12-31T21:30:00.000Z"],
    // Berlin skips the hour from two to three: the run starts at its end.
    ["30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00.000Z", "2026-03-28T01:30:00.000Z"],
    // Berlin repeats the hour: the run starts once.
    ["30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00.000Z", "2026-10-25T00:30:00.000Z"],
    ["0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z"],
    ["0 0 30 2 *", "UTC", "2026-01-01T00:00:00Z", null, null],
  ] as const)("next and latest time of %s in %s at %s", ([cron, zone, at, next, latest]) => {
    const times = cronTimes({ cron, zone });
    expect([textOf(times.next(micros(at))), textOf(times.latest(micros(at)))]).toEqual([next, latest]);
  });

  test("compares instants below the millisecond", () => {
    const times = cronTimes({ cron: "0 3 * * *", zone: "UTC" });
    const at = micros("2026-01-01T03:00:00Z");
    expect(times.latest(at + 1n)).toBe(at);
    expect(textOf(times.latest(at - 1n))).toBe("2025-12-31T03:00:00.000Z");
    expect(times.next(at - 1n)).toBe(at);
  });

  test("returns the same times whatever was read before", () => {
    const crons = ["*/7 * * * *", "30 2 * * *", "0 0 1 * mon", "0 0 29 2 *"];
    const instant = fc.bigInt({ min: micros("2026-03-28T00:00:00Z"), max: micros("2026-04-02T00:00:00Z") });
    fc.assert(
      fc.property(fc.constantFrom(...crons), fc.array(instant, { maxLength: 12 }), (cron, instants) => {
        const schedule = { cron, zone: "Europe/Berlin" };
        const read = createCronReader();
        for (const at of [...instants, ...instants]) {
          const fresh = cronTimes(schedule);
          expect([read(schedule).latest(at), read(schedule).next(at)]).toEqual([fresh.latest(at), fresh.next(at)]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test.for([
    ["", "UTC"],
    ["every day", "UTC"],
    ["61 3 * * *", "UTC"],
    ["0 0 3 * * *", "UTC"],
    ["0 3 * * *", "Mars/Base"],
    ["0 3 * * *", ""],
  ] as const)("refuses %s in %s", ([cron, zone]) => {
    expect(() => cronTimes({ cron, zone })).toThrow(expect.objectContaining({ code: "schedule_invalid" }));
  });
});
