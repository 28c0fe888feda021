import { describe, expect, test } from "vitest";
import type { RequestLimiter } from "../../src/http/guard/request-limiter";
import { createProcessBuckets } from "../../src/limits/process-buckets";
import { createRequestLimiter } from "../../src/limits/request-limiter";
import { holderOf, sharedBuckets } from "./support";

const admitted = async (limiter: RequestLimiter, holder: ReturnType<typeof holderOf>, times: number) => {
  const takes = await Promise.allSettled(Array.from({ length: times }, async () => limiter.take(holder, 1)));
  return takes.filter(({ status }) => status === "fulfilled").length;
};

describe("a limiter over buckets in its process", () => {
  const open = () => {
    let now = 0;
    const monotonic = () => now;
    const limiter = createRequestLimiter({
      ...{ buckets: createProcessBuckets({ monotonic }), takingAhead: 0, monotonic, clock: () => now * 1000 },
    });
    const wait = (milliseconds: number): void => {
      now += milliseconds;
    };
    return { limiter, wait };
  };

  test("admits exactly the burst and then the rate, synchronously", () => {
    const { limiter, wait } = open();
    const holder = holderOf({ perSecond: 10, burst: 100 });
    for (let count = 0; count < 100; count++)
      expect(limiter.take(holder, 1)).toEqual({
        "ratelimit-policy": '"key";q=100;w=10',
        ratelimit: `"key";r=${99 - count};t=${Math.ceil((count + 1) / 10)}`,
      });
    expect(() => limiter.take(holder, 1)).toThrow(expect.objectContaining({ code: "rate_limited" }));
    wait(200);
    for (const passes of [true, true, false]) {
      if (passes) limiter.take(holder, 1);
      else expect(() => limiter.take(holder, 1)).toThrow();
    }
  });

  test("decides for key and organisation together, and names the one that refuses", () => {
    const { limiter } = open();
    const holder = holderOf({ perSecond: 1, burst: 10 }, { perSecond: 1, burst: 3 });
    const other = { ...holder, lineId: "other" };
    limiter.take(holder, 1);
    limiter.take(other, 1);
    limiter.take(other, 1);
    expect(() => limiter.take(holder, 1)).toThrow(
      expect.objectContaining({
        code: "rate_limited",
        members: { "violated-policies": ["organisation"] },
        headers: {
          "ratelimit-policy": '"key";q=10;w=10, "organisation";q=3;w=3',
          ratelimit: '"key";r=9;t=1, "organisation";r=0;t=1',
          "retry-after": "1",
        },
      }),
    );
  });

  test("takes what a batch costs beyond 1, all of it or nothing, and gives back the 1 if it is refused", () => {
    const { limiter, wait } = open();
    const holder = holderOf({ perSecond: 1, burst: 10 });
    limiter.take(holder, 1);
    expect(limiter.take(holder, 6, 1)).toMatchObject({ ratelimit: '"key";r=4;t=6' });
    // A client that repeats a batch that it cannot pay for yet gets it in the end.
    for (let second = 0; second < 2; second++) {
      limiter.take(holder, 1);
      expect(() => limiter.take(holder, 6, 1)).toThrow(expect.objectContaining({ code: "rate_limited" }));
      wait(999);
    }
    wait(1500);
    limiter.take(holder, 1);
    expect(limiter.take(holder, 6, 1)).toMatchObject({ ratelimit: expect.stringContaining("r=0") });
  });

  test("refuses a batch that no full bucket could pay for with a code of its own", () => {
    const { limiter } = open();
    const holder = holderOf({ perSecond: 1, burst: 10 }, { perSecond: 1, burst: 5 });
    limiter.take(holder, 1);
    expect(() => limiter.take(holder, 6, 1)).toThrow(
      expect.objectContaining({
        code: "batch_exceeds_burst",
        members: { "violated-policies": ["organisation"], limit: 5 },
      }),
    );
    limiter.take(holder, 4, 1);
  });
});

describe("a limiter over shared buckets", () => {
  const open = (takingAhead = 1) => {
    const shared = sharedBuckets();
    const limiterHere = () => createRequestLimiter({ ...shared, takingAhead });
    return { ...shared, limiterHere };
  };
  const holder = holderOf({ perSecond: 1000, burst: 1000 });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  test("asks for one token at first, and then answers a busy key from tokens that it took ahead", async () => {
    const { limiterHere, requests } = open();
    const limiter = limiterHere();
    await limiter.take(holder, 1);
    expect(requests).toMatchObject([{ cost: 1, ahead: 0 }]);
    let waited = 0;
    for (let count = 0; count < 400; count++) {
      const taken = limiter.take(holder, 1);
      if (taken instanceof Promise) waited++;
      await taken;
      await settled();
    }
    expect(waited).toBeLessThanOrEqual(2);
    // A block is a twentieth of the rate, renewed when half of it is used up.
    expect(Math.max(...requests.map(({ ahead }) => ahead))).toBe(26);
    expect(requests.length).toBeLessThan(60);
  });

  test("lets unused tokens lapse after a second", async () => {
    const { limiterHere, requests, wait } = open();
    const limiter = limiterHere();
    for (let count = 0; count < 100; count++) {
      await limiter.take(holder, 1);
      await settled();
    }
    expect(limiter.take(holder, 1)).not.toBeInstanceOf(Promise);
    await settled();
    wait(1000);
    const before = requests.length;
    expect(limiter.take(holder, 1)).toBeInstanceOf(Promise);
    expect(requests.slice(before)).toMatchObject([{ cost: 1, ahead: 0 }]);
  });

  test("keeps tokens as long as requests come, and takes no more ahead than it needs in about two seconds", async () => {
    const { limiterHere, requests, wait } = open();
    const limiter = limiterHere();
    for (let count = 0; count < 200; count++) {
      await limiter.take(holder, 1);
      await settled();
      wait(100);
    }
    expect(requests.length).toBeLessThan(25);
    expect(Math.max(...requests.map(({ ahead }) => ahead))).toBeLessThanOrEqual(32);
  });

  test("takes what a batch costs at once if the key's last request was a batch", async () => {
    const { limiterHere, requests, wait } = open();
    const limiter = limiterHere();
    for (let batch = 0; batch < 3; batch++) {
      // A key that is looked up again has the same limits in another object.
      const again = { ...holder, limits: { ...holder.limits } };
      await limiter.take(again, 1);
      await limiter.take(again, 100, 1);
      wait(5000);
    }
    await limiter.take(holder, 1);
    wait(5000);
    await limiter.take(holder, 1);
    expect(requests.map(({ cost, ahead }) => [cost, ahead])).toEqual([
      [1, 0],
      [99, 0],
      [1, 99],
      [1, 99],
      [1, 99],
      [1, 0],
    ]);
  });

  test("admits no more than the burst in several processes, and nearly all of it", async () => {
    for (const [burst, processes] of [
      [1, 4],
      [10, 2],
      [100, 3],
      [1000, 4],
    ] as const) {
      const { limiterHere } = open(processes);
      const limiters = Array.from({ length: processes }, limiterHere);
      const key = holderOf({ perSecond: burst, burst });
      let passed = 0;
      for (let round = 0; round < 3 * burst; round++) {
        for (const limiter of limiters) passed += await admitted(limiter, key, 1);
      }
      expect(passed).toBeLessThanOrEqual(burst);
      expect(passed).toBeGreaterThanOrEqual(Math.ceil(burst * 0.875));
    }
  });

  test("admits, beyond the burst, at most an eighth of it for each process that held tokens", async () => {
    const { buckets, monotonic, clock, wait } = sharedBuckets();
    const holder = holderOf({ perSecond: 1000, burst: 800 });
    const processes = 4;
    const limiters = Array.from({ length: processes }, () =>
      createRequestLimiter({ buckets, takingAhead: 1, monotonic, clock }),
    );
    for (const limiter of limiters) for (let count = 0; count < 9; count++) await limiter.take(holder, 1);
    // The bucket has become full, and the processes still hold what they took.
    wait(900);
    let passed = 0;
    for (const limiter of limiters) passed += await admitted(limiter, holder, 800);
    expect(passed).toBeGreaterThan(800);
    expect(passed).toBeLessThanOrEqual(800 + (processes * 800) / 8);
  });

  test("counts each of several concurrent requests once", async () => {
    for (const burst of [1, 3, 64, 65, 200]) {
      const limiter = open().limiterHere();
      const key = holderOf({ perSecond: 1, burst });
      expect((await admitted(limiter, key, burst + 50)) + (await admitted(limiter, key, burst))).toBe(burst);
    }
  });

  test("refuses at once, without asking again, until a token is there", async () => {
    const { limiterHere, requests, wait } = open();
    const limiter = limiterHere();
    const key = holderOf({ perSecond: 10, burst: 1 });
    await limiter.take(key, 1);
    await expect(limiter.take(key, 1)).rejects.toMatchObject({ code: "rate_limited" });
    const before = requests.length;
    expect(() => limiter.take(key, 1)).toThrow(expect.objectContaining({ code: "rate_limited" }));
    expect(requests.length).toBe(before);
    wait(100);
    await limiter.take(key, 1);
  });

  test("keeps what it held if the buckets fail", async () => {
    const shared = sharedBuckets();
    let fails = false;
    const limiter = createRequestLimiter({
      ...shared,
      buckets: { take: (request) => (fails ? Promise.reject(new Error("gone")) : shared.buckets.take(request)) },
      takingAhead: 1,
    });
    for (let count = 0; count < 20; count++) {
      await limiter.take(holder, 1);
      await settled();
    }
    fails = true;
    await expect(async () => limiter.take(holder, 900)).rejects.toThrow("gone");
    expect(limiter.take(holder, 1)).not.toBeInstanceOf(Promise);
    await settled();
  });

  test("lets changed limits count from the next request", async () => {
    const limiter = open().limiterHere();
    await limiter.take(holderOf({ perSecond: 1, burst: 10 }), 1);
    expect(await limiter.take(holderOf({ perSecond: 5, burst: 50 }), 1)).toMatchObject({
      "ratelimit-policy": '"key";q=50;w=10',
    });
  });
});
