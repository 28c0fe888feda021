import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTenantQueue, nextInTurn } from "../../src/core/tenant-queue";

const anyTenant = fc.constantFrom("acme", "beta", "zeta", null);
/** `null` serves the next job; a tenant in an array adds a job of that tenant. */
const anySteps = fc.array(fc.oneof(fc.tuple(anyTenant), fc.constant(null)), { maxLength: 60 });

describe("the next training set", () => {
  test("law: no other tenant is served twice while a tenant waits, and each tenant's jobs keep their order", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        let waiting: readonly { readonly tenant: string | null; readonly number: number }[] = [];
        const served = new Map<string | null, number>();
        // For each waiting tenant: the tenants served since it began to wait, or the last one served before.
        const servedSince = new Map<string | null, Set<string | null>>();
        for (const [number, step] of [...steps, ...steps.map(() => null)].entries()) {
          if (step !== null) {
            const [tenant] = step;
            waiting = [...waiting, { tenant, number }];
            if (!servedSince.has(tenant)) servedSince.set(tenant, new Set());
            continue;
          }
          const next = nextInTurn(waiting, served);
          expect(next === undefined).toBe(waiting.length === 0);
          if (next === undefined) continue;
          expect(waiting.find(({ tenant }) => tenant === next.tenant)).toBe(next);
          waiting = waiting.filter((each) => each !== next);
          served.set(next.tenant, number + 1);
          servedSince.delete(next.tenant);
          for (const since of servedSince.values()) {
            expect(since.has(next.tenant)).toBe(false);
            since.add(next.tenant);
          }
          if (waiting.some(({ tenant }) => tenant === next.tenant)) servedSince.set(next.tenant, new Set());
        }
        expect(waiting).toEqual([]);
      }),
    );
  });

  test("runs one at a time, serves a late tenant before another's second job, and ends aborted work at once", async () => {
    const queue = createTenantQueue();
    const order: string[] = [];
    const release: (() => void)[] = [];
    const work = (name: string, signal: AbortSignal) => async () => {
      order.push(name);
      if (signal.aborted) throw new Error("given up");
      await new Promise<void>((resolve) => release.push(resolve));
      return name;
    };
    const run = (tenant: string | null, name: string, giveUp = new AbortController()) => ({
      giveUp,
      done: queue.run(tenant, work(name, giveUp.signal), giveUp.signal),
    });
    const jobs = [run("acme", "a1"), run("acme", "a2"), run("acme", "a3"), run(null, "n1"), run("beta", "b1")];
    expect(order).toEqual(["a1"]);
    const [, second] = jobs;
    second?.giveUp.abort();
    await expect(second?.done).rejects.toThrow("given up");
    expect(order).toEqual(["a1", "a2"]);
    const others = jobs.filter((job) => job !== second);
    for (const _ of others) {
      const count = release.length;
      release.at(-1)?.();
      if (count < others.length) await expect.poll(() => release.length).toBe(count + 1);
    }
    expect(await Promise.all(others.map(({ done }) => done))).toEqual(["a1", "a3", "n1", "b1"]);
    expect(order).toEqual(["a1", "a2", "n1", "b1", "a3"]);
    await queue.idle();
  });

  test("runs as many at once as it may, each of another tenant", async () => {
    const queue = createTenantQueue({ atOnce: 2 });
    const order: string[] = [];
    const release = new Map<string, () => void>();
    const run = (tenant: string, name: string) =>
      queue.run(
        tenant,
        async () => {
          order.push(name);
          await new Promise<void>((resolve) => release.set(name, resolve));
        },
        new AbortController().signal,
      );
    const done = [run("acme", "a1"), run("acme", "a2"), run("beta", "b1"), run("zeta", "z1")];
    expect(order).toEqual(["a1", "b1"]);
    release.get("b1")?.();
    await expect.poll(() => order).toEqual(["a1", "b1", "z1"]);
    release.get("a1")?.();
    await expect.poll(() => order).toEqual(["a1", "b1", "z1", "a2"]);
    for (const name of ["z1", "a2"]) release.get(name)?.();
    await Promise.all(done);
  });
});
