import { expect, test, vi } from "vitest";
import type { RunHolder } from "../../src/database/lease-holder";
import { startJanitor, sweep } from "../../src/materialization/janitor";
import type { RunLog } from "../../src/materialization/run-log";
import type { Lease } from "../../src/materialization/run-types";
import { someone } from "../registry/fixture";

const engine = { sweepStaging: async () => [] };
const nothing = { abandonedRuns: [], droppedTables: [], repairedViews: [] };

function storeWith(leases: readonly Lease[], swept: (tokens: readonly string[]) => void): RunLog {
  const refuse = () => Promise.reject(new Error("not expected"));
  return {
    beginRun: refuse,
    heartbeat: refuse,
    noteProgress: refuse,
    beginBackfill: refuse,
    noteRepairs: refuse,
    inspect: refuse,
    nonFiniteExample: refuse,
    servedRows: refuse,
    publish: refuse,
    addWarning: refuse,
    noteReadBack: refuse,
    failRun: refuse,
    profile: refuse,
    keepVectors: refuse,
    runState: refuse,
    leases: async () => leases,
    sweep: async (tokens) => {
      swept(tokens);
      return nothing;
    },
  };
}

test("a sweep names the leases of dead processes", async () => {
  const swept: (readonly string[])[] = [];
  const leases = [1, 2, 3].map((pid) => ({ name: `${pid}`, token: `${pid}`, holder: { ...someone, pid } }));
  const isDead = async ({ pid }: RunHolder) => pid !== 2;
  await sweep({ offline: storeWith(leases, (tokens) => swept.push(tokens)), engine, isDead });
  expect(swept).toEqual([["1", "3"]]);
});

test("the janitor sweeps repeatedly, continues after an error, and stops", async () => {
  vi.useFakeTimers();
  try {
    let sweeps = 0;
    const onError = vi.fn();
    const onSwept = vi.fn();
    const offline = storeWith([], () => {
      sweeps += 1;
      if (sweeps === 1) throw new Error("the database is away");
    });
    const stop = startJanitor({ offline, engine, isDead: async () => false }, { everyMs: 10, onError, onSwept });
    await vi.advanceTimersByTimeAsync(25);
    expect([sweeps, onError.mock.calls.length, onSwept.mock.calls]).toEqual([2, 1, [[nothing]]]);
    await stop();
    await vi.advanceTimersByTimeAsync(50);
    expect(sweeps).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});
