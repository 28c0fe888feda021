import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  type Admission,
  type AdmissionRequest,
  createAdmission,
  type Lane,
  readCost,
} from "../../src/serving/admission";

/** Lets admitted work start, which takes a few microtasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

/** Work that ends on request. */
function createWork(admission: Admission) {
  const running: { readonly name: string; readonly end: () => void }[] = [];
  const begun: string[] = [];
  const run = (name: string, lane: Lane, cost = 1, more: Partial<AdmissionRequest> = {}) =>
    admission
      .run({ lane, cost, deadlineMs: 60_000, ...more }, () => {
        begun.push(name);
        return new Promise<void>((resolve) => running.push({ name, end: resolve }));
      })
      .then(
        () => "done",
        (error: { code: string }) => error.code,
      );
  const end = async (name: string) => {
    const index = running.findIndex((each) => each.name === name);
    running.splice(index, 1)[0]?.end();
    await settle();
  };
  return { run, end, begun, running };
}

const waitingOf = (admission: Admission, lane: Lane) => admission.counts(lane).waiting;

describe("admission", () => {
  test("starts work at once while slots are free, the rest in the order of arrival", async () => {
    const admission = createAdmission({ slots: 2, bulkSlots: 1, waiting: 10 });
    const { run, end, begun } = createWork(admission);
    for (const name of ["a", "b", "c", "d"]) void run(name, "single");
    expect(begun).toEqual(["a", "b"]);
    expect(admission.counts("single")).toMatchObject({ inFlight: 2, waiting: 2 });
    await end("b");
    await end("a");
    expect(begun).toEqual(["a", "b", "c", "d"]);
  });

  test("leaves single reads their slots, and shares the others fairly between batches and searches", async () => {
    const admission = createAdmission({ slots: 5, bulkSlots: 3, waiting: 100 });
    const { run, end, begun } = createWork(admission);
    for (const name of ["b1", "b2", "b3", "b4", "b5"]) void run(name, "batch");
    for (const name of ["s1", "s2"]) void run(name, "search");
    expect(begun).toEqual(["b1", "b2", "b3"]);
    void run("r1", "single");
    void run("r2", "single");
    await settle();
    expect(begun.slice(3)).toEqual(["r1", "r2"]);
    await end("b1");
    await end("b2");
    await end("b3");
    // The waiting search does not come after all batches that arrived before it.
    expect(begun.slice(5)).toHaveLength(3);
    expect(begun.slice(5)).toContain("s1");
  });

  test("admits a large batch, however many single reads arrive", async () => {
    const admission = createAdmission({ slots: 4, bulkSlots: 3, waiting: 1000 });
    const { run, end, begun, running } = createWork(admission);
    for (let read = 0; read < 4; read++) void run(`r${read}`, "single");
    void run("large", "batch", 50);
    for (let read = 4; read < 100; read++) void run(`r${read}`, "single");
    while (!begun.includes("large") && running[0] !== undefined) await end(running[0].name);
    expect(begun.length).toBeLessThan(20);
    expect(admission.counts("batch").inFlight).toBe(1);
    // The batch leaves one slot for a single read.
    for (const { name } of [...running]) if (name !== "large") await end(name);
    expect(admission.counts("single").inFlight).toBe(1);
  });

  test("admits a single read of many views, however many batches arrive", async () => {
    const admission = createAdmission({ slots: 4, bulkSlots: 3, waiting: 1000 });
    const { run, end, begun, running } = createWork(admission);
    for (let batch = 0; batch < 3; batch++) void run(`b${batch}`, "batch");
    void run("wide", "single", 9);
    for (let batch = 3; batch < 100; batch++) void run(`b${batch}`, "batch");
    while (!begun.includes("wide") && running[0] !== undefined) await end(running[0].name);
    expect(begun.length).toBeLessThan(20);
  });

  test("refuses at once with retry-after when the queue is full", async () => {
    const admission = createAdmission({ slots: 1, bulkSlots: 1, waiting: 2 });
    const { run } = createWork(admission);
    for (const name of ["a", "b", "c"]) void run(name, "single");
    const refused = admission.run({ lane: "single", cost: 1, deadlineMs: 1000 }, async () => 1);
    await expect(refused).rejects.toMatchObject({
      code: "overloaded",
      detail: expect.stringContaining("limits.waiting_reads (FEATSTORE_WAITING_READS)"),
      headers: { "retry-after": "1" },
    });
    // Each lane has a queue of its own.
    expect(waitingOf(admission, "batch")).toBe(0);
    void run("d", "batch");
    expect(waitingOf(admission, "batch")).toBe(1);
    expect(admission.counts("single").refused).toEqual({ full: 1, late: 0, expired: 0, gone: 0 });
  });

  test("refuses on arrival a read that cannot meet its deadline", async () => {
    let now = 0;
    const admission = createAdmission({ slots: 1, bulkSlots: 1, waiting: 1000, monotonic: () => now });
    const { run, end } = createWork(admission);
    void run("slow", "single");
    now = 1000;
    await end("slow");
    void run("a", "single");
    void run("b", "single");
    // Two reads would precede it, for a second each.
    const hopeless = await run("c", "single", 1, { deadlineMs: 1500 });
    expect(hopeless).toBe("overloaded");
    expect(admission.counts("single").refused.late).toBe(1);
    void run("patient", "single", 1, { deadlineMs: 60_000 });
    expect(waitingOf(admission, "single")).toBe(2);
    const error = admission.run({ lane: "single", cost: 1, deadlineMs: 1500 }, async () => 1);
    await expect(error).rejects.toMatchObject({ headers: { "retry-after": "3" } });
  });

  test("refuses a waiting read at its deadline, and lets those behind it proceed", async () => {
    vi.useFakeTimers();
    try {
      const admission = createAdmission({ slots: 4, bulkSlots: 3, waiting: 1000, monotonic: () => 0 });
      const { run, begun } = createWork(admission);
      for (const name of ["a", "b"]) void run(name, "batch");
      const large = run("large", "batch", 3, { deadlineMs: 100 });
      void run("c", "batch");
      expect(begun).toEqual(["a", "b"]);
      vi.advanceTimersByTime(100);
      expect(await large).toBe("overloaded");
      expect(begun).toEqual(["a", "b", "c"]);
      expect(admission.counts("batch").refused.expired).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("passes the remaining time of the deadline to the work", async () => {
    let now = 0;
    const admission = createAdmission({ slots: 1, bulkSlots: 1, waiting: 10, monotonic: () => now });
    const { run, end } = createWork(admission);
    void run("a", "single");
    const left = admission.run({ lane: "single", cost: 1, deadlineMs: 1000 }, async (leftMs) => leftMs);
    now = 300;
    await end("a");
    expect(await left).toBe(700);
  });

  test("removes a read from the queue when its client disconnects", async () => {
    const admission = createAdmission({ slots: 1, bulkSlots: 1, waiting: 10 });
    const { run, end, begun } = createWork(admission);
    void run("a", "batch");
    const client = new AbortController();
    const gone = run("gone", "batch", 1, { signal: client.signal });
    void run("b", "batch");
    client.abort();
    expect(await gone).toBe("invalid_request");
    expect(await run("late", "batch", 1, { signal: client.signal })).toBe("invalid_request");
    await end("a");
    expect(begun).toEqual(["a", "b"]);
  });

  test("releases the slots of failed work", async () => {
    const admission = createAdmission({ slots: 1, bulkSlots: 1, waiting: 10 });
    const fail = () =>
      admission.run({ lane: "single", cost: 1, deadlineMs: 100 }, () => Promise.reject(new Error("no")));
    for (let time = 0; time < 3; time++) await expect(fail()).rejects.toThrow("no");
    expect(admission.counts("single")).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  test("the cost of a read grows with views and ids", () => {
    expect([readCost(1, 1), readCost(5, 1), readCost(5, 200), readCost(5, 201), readCost(2, 10_000)]).toEqual([
      1, 5, 5, 10, 100,
    ]);
  });

  test("law: never uses more than the slots, bulk work never more than its share, and everything ends", async () => {
    const lane = fc.constantFrom<Lane>("single", "batch", "search", "as_of");
    const step = fc.oneof(fc.record({ lane, cost: fc.integer({ min: 1, max: 12 }) }), fc.record({ end: fc.nat(20) }));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(step, { maxLength: 60 }),
        async (slots, bulkSlots, steps) => {
          const admission = createAdmission({ slots, bulkSlots, waiting: 1000, monotonic: () => 0 });
          const bulkMax = Math.min(slots, bulkSlots);
          const admitted = new Map<string, { readonly lane: Lane; readonly cost: number }>();
          const { end, running } = createWork(admission);
          const outcomes: Promise<unknown>[] = [];
          const check = () => {
            const all = [...admitted.values()];
            const sum = (entries: typeof all) => entries.reduce((total, { cost }) => total + cost, 0);
            expect(sum(all)).toBeLessThanOrEqual(slots);
            expect(sum(all.filter((each) => each.lane !== "single"))).toBeLessThanOrEqual(bulkMax);
          };
          let number = 0;
          for (const each of steps) {
            if ("lane" in each) {
              const name = `w${number++}`;
              const cost = Math.min(each.cost, each.lane === "single" ? slots : bulkMax);
              const work = () => {
                admitted.set(name, { lane: each.lane, cost });
                check();
                return new Promise<void>((resolve) => running.push({ name, end: resolve })).then(
                  () => void admitted.delete(name),
                );
              };
              outcomes.push(admission.run({ ...each, deadlineMs: 60_000 }, work));
            } else if (running.length > 0) {
              await end(running[each.end % running.length]?.name ?? "");
            }
          }
          for (let turn = 0; turn < 200 && running.length > 0; turn++) await end(running[0]?.name ?? "");
          await Promise.all(outcomes);
        },
      ),
      { numRuns: 200 },
    );
  });
});
