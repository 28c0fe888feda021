import type { FeatureView } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunHolder } from "../../src/database/lease-holder";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { createScheduleStore, type ScheduleStore } from "../../src/scheduling/schedule-store";
import {
  createScheduler,
  type ScheduledRun,
  type ScheduledRunEnd,
  type Scheduler,
  type SchedulerEvent,
} from "../../src/scheduling/scheduler";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, prepare, someone, viewChange, viewOf } from "../registry/fixture";

const MINUTE = 60_000_000n;
const HOUR = 60n * MINUTE;
const hourly = { schedule: { cron: "0 * * * *", zone: "UTC" } };
const never = { reconcile: { cron: "0 0 29 2 *", zone: "UTC" } };
const published: ScheduledRunEnd = { kind: "published", isFull: false, warnings: [] };

/** Runs that end when the test ends them. */
function createRuns() {
  const begun: (ScheduledRun & { readonly end: (how: ScheduledRunEnd) => void })[] = [];
  const run = (scheduled: ScheduledRun) =>
    new Promise<ScheduledRunEnd>((end) => {
      begun.push({ ...scheduled, end });
      scheduled.signal.addEventListener("abort", () => end({ kind: "given_up" }));
    });
  return { begun, run };
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`the scheduler on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let registry: ReturnType<typeof createRegistryStore>;
    let store: ScheduleStore;
    let now: bigint;
    let dead: Set<number>;
    let schedulers: Scheduler[];

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database);
      registry = createRegistryStore(opened.database);
      store = createScheduleStore(opened.database);
      dead = new Set();
      schedulers = [];
      // Just past a full hour, later than everything that the test applies.
      now = ((BigInt(Date.now()) * 1000n) / HOUR + 2n) * HOUR + 1n;
    });
    afterEach(async () => {
      await Promise.all(schedulers.map((scheduler) => scheduler.close(0)));
      await opened?.drop();
    });

    const applyView = async (changes: Partial<FeatureView>, name = "scores"): Promise<void> => {
      const view = { ...viewOf(1, "What happened", name), ...never, ...changes };
      const { revision } = await registry.snapshot();
      await registry.apply(changeOf({ revision, featureViews: [viewChange(view)] }));
    };
    const server = (pid = 1, maxRuns = 2, scheduleStore: ScheduleStore = store) => {
      const runs = createRuns();
      const events: SchedulerEvent[] = [];
      const scheduler = createScheduler({
        snapshot: () => registry.snapshot(),
        store: scheduleStore,
        run: runs.run,
        holder: { ...someone, pid },
        isDead: async (holder: RunHolder) => dead.has(holder.pid),
        clock: () => now,
        maxRuns,
        onEvent: (event) => events.push(event),
      });
      schedulers.push(scheduler);
      return { scheduler, events, begun: runs.begun, kinds: () => events.map(({ kind }) => kind) };
    };
    const state = async (name = "scores") => (await store.states()).find(({ view }) => view === name);

    test("starts a due run once, and again at the next time", async () => {
      await applyView(hourly);
      const { scheduler, begun } = server();
      await Promise.all([scheduler.tick(), scheduler.tick()]);
      await scheduler.tick();
      expect(begun).toMatchObject([{ view: "scores", version: 1, mode: "incremental" }]);
      expect(await state()).toMatchObject({ seenAt: now - 1n, claim: { mode: "incremental" } });
      begun[0]?.end(published);
      await scheduler.idle();
      expect(await state()).toMatchObject({ claim: null, failures: 0, retryAt: null, reconciledAt: null });
      now += 59n * MINUTE;
      await scheduler.tick();
      expect(begun).toHaveLength(1);
      now += MINUTE;
      await scheduler.tick();
      expect(begun).toHaveLength(2);
    });

    test("makes up for missed times with one run", async () => {
      await applyView(hourly);
      now += 100n * HOUR;
      const { scheduler, begun } = server();
      await scheduler.tick();
      begun[0]?.end(published);
      await scheduler.idle();
      await scheduler.tick();
      expect(begun).toHaveLength(1);
    });

    test("skips a time during a run, records it once, and does not make up for it", async () => {
      await applyView(hourly);
      const { scheduler, begun, events } = server();
      await scheduler.tick();
      now += HOUR;
      await scheduler.tick();
      await scheduler.tick();
      expect(await state()).toMatchObject({ skipped: 1, skippedAt: now - 1n, seenAt: now - 1n });
      expect(events.filter(({ kind }) => kind === "skipped")).toEqual([
        { kind: "skipped", view: "scores", version: 1, at: now - 1n },
      ]);
      begun[0]?.end(published);
      await scheduler.idle();
      await scheduler.tick();
      expect(begun).toHaveLength(1);
    });

    test("skips a time while another process runs the view", async () => {
      await applyView(hourly);
      const offline = createRunLog(opened.database);
      const run = await offline.beginRun({ view: "scores", version: 1, holder: { ...someone, pid: 7 }, asOf: null });
      const { scheduler, begun } = server();
      await scheduler.tick();
      expect([begun.length, (await state())?.skipped]).toEqual([0, 1]);
      // A dead run does not block: the new run takes it over.
      dead.add(7);
      now += HOUR;
      await scheduler.tick();
      expect(begun).toHaveLength(1);
      begun[0]?.end({ kind: "busy" });
      await scheduler.idle();
      expect(await state()).toMatchObject({ skipped: 2, failures: 0, claim: null });
      await offline.failRun(run, { code: "aborted", message: "" });
    });

    test("retries a failed run after one minute, then two; times within the pause wait for its end", async () => {
      await applyView({ schedule: { cron: "* * * * *", zone: "UTC" } });
      const { scheduler, begun } = server();
      const fail = async () => {
        await scheduler.tick();
        begun.at(-1)?.end({ kind: "failed", code: "contract_broken", message: "" });
        await scheduler.idle();
      };
      await fail();
      expect(await state()).toMatchObject({ failures: 1, failureCode: "contract_broken", retryAt: now + MINUTE });
      now += MINUTE;
      await fail();
      expect(await state()).toMatchObject({ failures: 2, retryAt: now + 2n * MINUTE });
      now += 2n * MINUTE - 1n;
      await scheduler.tick();
      expect(begun).toHaveLength(2);
      now += 1n;
      await scheduler.tick();
      expect(begun).toHaveLength(3);
      begun[2]?.end(published);
      await scheduler.idle();
      expect(await state()).toMatchObject({ failures: 0, failureCode: null, retryAt: null, skipped: 0 });
      await scheduler.tick();
      expect(begun).toHaveLength(3);
    });

    test("counts any run that computed everything as the reconciliation", async () => {
      await applyView(hourly);
      const { scheduler, begun } = server();
      await scheduler.tick();
      begun[0]?.end({ kind: "published", isFull: true, warnings: [] });
      await scheduler.idle();
      expect(await state()).toMatchObject({ reconciledAt: now });
      now += HOUR;
      await scheduler.tick();
      begun[1]?.end(published);
      await scheduler.idle();
      expect(await state()).toMatchObject({ reconciledAt: now - HOUR });
    });

    test("limits concurrent runs, and starts the longest overdue first", async () => {
      await applyView(hourly, "first");
      await applyView({ schedule: { cron: "30 * * * *", zone: "UTC" } }, "second");
      await applyView(hourly, "third");
      now += HOUR + 31n * MINUTE;
      const { scheduler, begun } = server(1, 1);
      await scheduler.tick();
      for (const index of [0, 1, 2]) {
        expect(begun).toHaveLength(index + 1);
        begun[index]?.end(published);
        await scheduler.idle();
        await scheduler.tick();
      }
      expect(begun.map(({ view }) => view).toSorted()).toEqual(["first", "second", "third"]);
      expect(begun).toHaveLength(3);
    });

    test("one server leads, another takes over after its death, and no run starts twice", async () => {
      await applyView(hourly);
      const [first, second] = [server(1), server(2)];
      await Promise.all([first.scheduler.tick(), second.scheduler.tick()]);
      const [leader, other] = first.scheduler.leaderToken() === null ? [second, first] : [first, second];
      expect([leader.begun.length, other.begun.length, other.scheduler.leaderToken()]).toEqual([1, 0, null]);
      await other.scheduler.tick();
      expect(other.begun).toHaveLength(0);
      // The leader dies before its run starts, so nothing of the run continues.
      dead.add(leader === first ? 1 : 2);
      await other.scheduler.tick();
      expect(other.scheduler.leaderToken()).not.toBeNull();
      await other.scheduler.tick();
      expect(other.begun).toHaveLength(1);
      // Updates from the dead leader are refused.
      leader.begun[0]?.end(published);
      await leader.scheduler.idle();
      expect(await state()).toMatchObject({ claim: expect.anything() });
      await leader.scheduler.tick();
      expect([leader.scheduler.leaderToken(), leader.kinds().at(-1)]).toEqual([null, "stepped_down"]);
      other.begun[0]?.end(published);
      await other.scheduler.idle();
      expect(await state()).toMatchObject({ claim: null, failures: 0 });
    });

    test("replaces a leader whose lease expired, even if nobody can tell whether it is alive", async () => {
      await applyView(hourly);
      const [first, second] = [server(1), server(2)];
      await first.scheduler.tick();
      await second.scheduler.tick();
      expect(second.scheduler.leaderToken()).toBeNull();
      await opened.database.query({ text: "update featstore.scheduler_leader set expires_at = clock_timestamp()" });
      await second.scheduler.tick();
      await first.scheduler.tick();
      expect([first.scheduler.leaderToken(), second.scheduler.leaderToken() !== null]).toEqual([null, true]);
      // Its token is no longer valid.
      const claim = {
        leader: "1",
        view: "scores",
        version: 1,
        schedule: null,
        seenAt: null,
        mode: "reconcile",
      } as const;
      expect(await store.claim(claim)).toBeNull();
      expect(await store.skip({ ...claim, seenAt: now })).toBe(false);
    });

    test("lets another server lead at once when it closes, and waits for its own run", async () => {
      await applyView(hourly);
      const [first, second] = [server(1), server(2)];
      await first.scheduler.tick();
      const closed = first.scheduler.close(600_000);
      first.begun[0]?.end(published);
      await closed;
      expect(await state()).toMatchObject({ claim: null, failures: 0, retryAt: null });
      await first.scheduler.tick();
      await second.scheduler.tick();
      expect([first.begun.length, second.begun.length, second.scheduler.leaderToken() !== null]).toEqual([1, 0, true]);
    });

    test("abandons a run that does not end in time, and the next leader starts it again", async () => {
      await applyView(hourly);
      const [first, second] = [server(1), server(2)];
      await first.scheduler.tick();
      await first.scheduler.close(0);
      expect(await state()).toMatchObject({ claim: null, failures: 0, retryAt: now });
      await second.scheduler.tick();
      expect(second.begun).toHaveLength(1);
    });

    test("reports an invalid schedule once, and runs the others", async () => {
      await applyView(hourly);
      await applyView({ schedule: { cron: "99 * * * *", zone: "UTC" } }, "broken");
      const { scheduler, begun, events } = server();
      await scheduler.tick();
      await scheduler.tick();
      expect(begun.map(({ view }) => view)).toEqual(["scores"]);
      expect(events.filter(({ kind }) => kind === "invalid")).toMatchObject([
        { view: "broken", version: 1, error: { code: "schedule_invalid" } },
      ]);
    });

    test("has no leader when nothing is scheduled", async () => {
      await applyView({});
      const { scheduler, events } = server();
      await scheduler.tick();
      expect([scheduler.leaderToken(), events, await store.leader()]).toEqual([null, [], null]);
      const { revision } = await registry.snapshot();
      const view = { ...viewOf(1), ...never, ...hourly };
      await registry.apply(changeOf({ revision, featureViews: [viewChange(view)] }));
      await scheduler.tick();
      expect(await store.leader()).toMatchObject({ token: scheduler.leaderToken(), holder: { pid: 1 } });
    });

    test("survives a database outage with a delay only", async () => {
      await applyView(hourly);
      let isAway = false;
      const flaky: ScheduleStore = {
        ...store,
        settle: (claim, outcome) => (isAway ? Promise.reject(new Error("away")) : store.settle(claim, outcome)),
        states: () => (isAway ? Promise.reject(new Error("away")) : store.states()),
      };
      const { scheduler, begun, kinds } = server(1, 2, flaky);
      await scheduler.tick();
      isAway = true;
      begun[0]?.end(published);
      await scheduler.idle();
      await scheduler.tick();
      await scheduler.tick();
      // One for the end of the run and one for the reads of the ticks, which is reported once.
      expect(kinds().filter((kind) => kind === "fault")).toHaveLength(2);
      isAway = false;
      await scheduler.tick();
      expect(await state()).toMatchObject({ claim: null });
    });
  });
}
