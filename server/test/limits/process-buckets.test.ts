import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createProcessBuckets } from "../../src/limits/process-buckets";

const arrivals = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3000 }), fc.double({ min: 0, max: 5, noNaN: true })),
    cost: fc.integer({ min: 1, max: 30 }),
    ahead: fc.integer({ min: 0, max: 10 }),
  }),
  { minLength: 1, maxLength: 60 },
);
const rate = fc.record({
  perSecond: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0.3, max: 1000, noNaN: true })),
  burst: fc.integer({ min: 1, max: 60 }),
});

describe("buckets in this process", () => {
  test("grant at most rate × time + burst in every window, to the key and to the organisation", () => {
    fc.assert(
      fc.property(arrivals, rate, rate, (all, key, organisation) => {
        let now = 1000;
        const buckets = createProcessBuckets({ monotonic: () => now });
        const request = {
          group: "a",
          buckets: [
            { name: "key", rate: key },
            { name: "organisation", rate: organisation },
          ],
        };
        const granted = all.map(({ afterMs, cost, ahead }) => {
          now += afterMs;
          return { at: now, taken: buckets.take({ ...request, cost, ahead }).taken };
        });
        for (const [first, { at: from }] of granted.entries()) {
          let sum = 0;
          for (const { at, taken } of granted.slice(first)) {
            sum += taken;
            for (const { perSecond, burst } of [key, organisation])
              expect(sum).toBeLessThanOrEqual((perSecond * (at - from)) / 1000 + burst + 0.01);
          }
        }
      }),
    );
  });

  test("take the same number from both buckets, or from neither", () => {
    fc.assert(
      fc.property(arrivals, rate, rate, (all, key, organisation) => {
        let now = 0;
        const together = createProcessBuckets({ monotonic: () => now });
        const apart = [key, organisation].map((each, index) => ({
          buckets: createProcessBuckets({ monotonic: () => now }),
          request: { group: "a", buckets: [{ name: `${index}`, rate: each }] },
        }));
        for (const { afterMs, cost } of all) {
          now += afterMs;
          const { taken } = together.take({
            ...{ group: "a", cost, ahead: 0 },
            buckets: [
              { name: "key", rate: key },
              { name: "organisation", rate: organisation },
            ],
          });
          // Each bucket alone, charged with what both granted, has the cost or not.
          const have = apart.map(
            ({ buckets, request }) => buckets.take({ ...request, cost: 0, ahead: 0 }).buckets[0]?.left ?? 0,
          );
          expect(taken).toBe(have.every((left) => left >= cost) ? cost : 0);
          for (const { buckets, request } of apart) buckets.take({ ...request, cost: taken, ahead: 0 });
        }
      }),
    );
  });

  test("give a server its share", () => {
    let now = 0;
    const buckets = createProcessBuckets({ monotonic: () => now, servers: 4 });
    const take = (cost: number) =>
      buckets.take({ group: "a", buckets: [{ name: "key", rate: { perSecond: 40, burst: 8 } }], cost, ahead: 0 });
    expect([take(2).taken, take(1).taken]).toEqual([2, 0]);
    now += 100;
    expect([take(1).taken, take(1).taken]).toEqual([1, 0]);
  });

  test("begin every bucket again with a fraction, also one that nobody has used, and with one token at least", () => {
    let now = 0;
    const buckets = createProcessBuckets({ monotonic: () => now });
    const take = (name: string, burst = 8) =>
      buckets.take({ group: "a", buckets: [{ name, rate: { perSecond: 10, burst } }], cost: 1, ahead: 0 }).taken;
    expect(take("used")).toBe(1);
    buckets.restart(1 / 4);
    expect([take("used"), take("used"), take("used")]).toEqual([1, 1, 0]);
    expect([take("new"), take("new"), take("new")]).toEqual([1, 1, 0]);
    expect([take("small", 2), take("small", 2)]).toEqual([1, 0]);
    buckets.restart(0);
    expect([take("used"), take("used"), take("new"), take("new")]).toEqual([1, 0, 1, 0]);
    now += 200;
    expect([take("used"), take("used"), take("used")]).toEqual([1, 1, 0]);
    expect([take("other"), take("other"), take("other"), take("other")]).toEqual([1, 1, 1, 0]);
  });

  test("forget full buckets first when there are too many", () => {
    let now = 0;
    const buckets = createProcessBuckets({ monotonic: () => now, maxBuckets: 100 });
    const take = (name: string, cost = 1) =>
      buckets.take({ group: "a", buckets: [{ name, rate: { perSecond: 1, burst: 50 } }], cost, ahead: 0 }).taken;
    for (let count = 0; count < 50; count++) take(`short ${count}`);
    take("long", 50);
    now += 1000;
    for (let count = 0; count < 60; count++) take(`new ${count}`);
    // One second later, one token has come back.
    expect([take("long"), take("long")]).toEqual([1, 0]);
  });
});
