import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import type { UsageMeter } from "../../src/usage/usage-meter";
import { createUsageStore, type UsageStore } from "../../src/usage/usage-store";
import { readViews } from "../../src/usage/usage-tracker";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { addKeys, DAY, finish, holderOf, NOON, openMeter } from "./support";

// Random requests, flushes, lost statements, lost answers, crashes and clock jumps over three servers: what is stored is
// what was answered, less at most what a crashed server had not stored yet, and never more.

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 5);
const holders = [
  holderOf({ keyId: "aaaaaaaaaaaaaaaa" }),
  holderOf({ keyId: "bbbbbbbbbbbbbbbb", lineId: "aaaaaaaaaaaaaaaa" }),
  holderOf({ keyId: "cccccccccccccccc", organisation: null }),
] as const;
const views = [readViews([{ view: "scores", version: 1 }])] as const;
const SERVERS = 3;

const server = fc.nat(SERVERS - 1);
const key = fc.nat(holders.length - 1);
const command = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("request"),
      server,
      key,
      status: fc.constantFrom(200, 206, 304, 404, 503),
      rows: fc.nat(1000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("bytes"), server, key, bytes: fc.nat(1e9) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("view"), server, key, rows: fc.nat(1000) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("flush"), server }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("flush all") }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("fault"), server, fault: fc.constantFrom("statement", "answer") }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash"), server }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart"), server }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("clock"), micros: fc.constantFrom(DAY / 2, DAY, -DAY / 2, -40 * DAY) }),
  },
) as fc.Arbitrary<Command>;

type Command =
  | {
      readonly kind: "request";
      readonly server: number;
      readonly key: number;
      readonly status: number;
      readonly rows: number;
    }
  | { readonly kind: "bytes"; readonly server: number; readonly key: number; readonly bytes: number }
  | { readonly kind: "view"; readonly server: number; readonly key: number; readonly rows: number }
  | { readonly kind: "flush" | "crash" | "restart"; readonly server: number }
  | { readonly kind: "flush all" }
  | { readonly kind: "fault"; readonly server: number; readonly fault: "statement" | "answer" }
  | { readonly kind: "clock"; readonly micros: number };

type Counts = Record<"requests" | "rows" | "bytes" | "errors", number>;
const none = (): Counts => ({ requests: 0, rows: 0, bytes: 0, errors: 0 });
const names = ["requests", "rows", "bytes", "errors"] as const;

/** A store whose next call loses its statement or its answer, or that is dead. */
function faultyStore(store: UsageStore) {
  const state: { next: "statement" | "answer" | undefined; isDead: boolean } = { next: undefined, isDead: false };
  const faulty: UsageStore = {
    async record(flush, options) {
      const fault = state.isDead ? "statement" : state.next;
      state.next = undefined;
      if (fault === "statement") throw new Error("the statement was lost");
      const recorded = await store.record(flush, options);
      if (fault === "answer") throw new Error("the answer was lost");
      return recorded;
    },
  };
  return { faulty, state };
}

async function play(database: Database, commands: readonly Command[]) {
  let now = NOON;
  const answered = none();
  /** Counts that crashed servers may have lost. */
  const lost = none();
  const open = () => {
    const { faulty, state } = faultyStore(createUsageStore(database));
    const { meter, faults } = openMeter(faulty, () => now);
    return { meter, state, faults, waiting: none() };
  };
  const servers = Array.from({ length: SERVERS }, open);
  const of = (index: number) => servers[index] ?? open();
  const add = (index: number, more: Partial<Counts>) => {
    for (const name of names) {
      answered[name] += more[name] ?? 0;
      of(index).waiting[name] += more[name] ?? 0;
    }
  };
  const flush = async (index: number) => {
    const { meter, faults, waiting } = of(index);
    const before = faults.length;
    await meter.flush();
    if (faults.length === before) Object.assign(waiting, none());
  };
  for (const step of commands) {
    if (step.kind === "clock") {
      now += step.micros;
    } else if (step.kind === "flush all") {
      await Promise.all(servers.map((_, index) => flush(index)));
    } else if (step.kind === "flush") {
      await flush(step.server);
    } else if (step.kind === "fault") {
      of(step.server).state.next = step.fault;
    } else if (step.kind === "request") {
      const isAnswered = step.status < 400;
      finish(of(step.server).meter, holders[step.key] ?? holders[0], "readFeatures", step);
      add(step.server, isAnswered ? { requests: 1, rows: step.rows } : { errors: 1 });
    } else if (step.kind === "bytes") {
      of(step.server).meter.countBytes(holders[step.key] ?? holders[0], "downloadTrainingSet", step.bytes);
      add(step.server, { bytes: step.bytes });
    } else if (step.kind === "view") {
      of(step.server).meter.record(holders[step.key]?.keyId ?? "", views[0], step.rows);
    } else {
      const { state, waiting, meter } = of(step.server);
      state.next = undefined;
      if (step.kind === "crash") {
        state.isDead = true;
        for (const name of names) lost[name] += waiting[name];
      }
      await meter.close();
      servers[step.server] = open();
    }
  }
  for (const each of servers) each.state.next = undefined;
  // Two rounds, so that each server has seen what the others stored.
  for (const { meter } of servers) await meter.close();
  return { answered, lost, now, meters: servers.map(({ meter }): UsageMeter => meter) };
}

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`usage on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await addKeys(opened.database, holders);
    });
    afterAll(() => opened?.drop());

    const totals = async (text: string): Promise<Record<string, number>> => {
      const [row] = await opened.database.query<Record<string, number>>({ text });
      return row ?? {};
    };
    const SUMS = `coalesce(sum(requests), 0)::float8 as requests, coalesce(sum(rows), 0)::float8 as rows,
      coalesce(sum(bytes), 0)::float8 as bytes`;

    test("stored is what was answered, less at most what crashed servers had not stored", {
      timeout: 300_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { maxLength: 80, size: "max" }), async (commands) => {
          await opened.database.script(
            "truncate featstore.usage_days, featstore.usage_months, featstore.usage_views, featstore.usage_writers",
          );
          const { answered, lost } = await play(opened.database, commands);
          const stored = await totals(
            `select ${SUMS}, coalesce(sum(errors), 0)::float8 as errors from featstore.usage_days`,
          );
          for (const name of names) {
            expect(stored[name]).toBeLessThanOrEqual(answered[name]);
            expect(stored[name]).toBeGreaterThanOrEqual(answered[name] - lost[name]);
          }
          const mismatched = await opened.database.query({
            text: `with days as (
                select holder, day - (extract(day from day)::integer - 1) as month, ${SUMS}
                  from featstore.usage_days cross join lateral (values
                    (case key_id when '${holders[1].keyId}' then '${holders[1].lineId}' else key_id end), (organisation_id)) as h (holder)
                  where holder is not null group by 1, 2)
              select * from days full join featstore.usage_months as m using (holder, month)
                where (coalesce(days.requests, 0), coalesce(days.rows, 0), coalesce(days.bytes, 0))
                  is distinct from (coalesce(m.requests, 0), coalesce(m.rows, 0), coalesce(m.bytes, 0))`,
          });
          expect(mismatched).toEqual([]);
          const unequal = await opened.database.query({
            text: `select * from featstore.usage_days
              where requests <> (select coalesce(sum(each), 0) from unnest(latency) as each)`,
          });
          expect(unequal).toEqual([]);
        }),
        { numRuns: runs },
      );
    });

    test("servers agree on the month once each has flushed", async () => {
      await opened.database.script("truncate featstore.usage_days, featstore.usage_months, featstore.usage_writers");
      const servers = [openMeter(opened.database).meter, openMeter(opened.database).meter];
      for (const [index, meter] of servers.entries())
        for (let count = 0; count <= index; count++) finish(meter, holders[0], "readFeatures", { rows: 10 });
      for (const meter of [...servers, ...servers]) await meter.flush();
      // A server learns of the others' counts with its own next one.
      for (const meter of servers) finish(meter, holders[0], "readFeatures", { status: 404 });
      for (const meter of servers) await meter.flush();
      for (const meter of servers) {
        expect(meter.of(holders[0])).toMatchObject({
          organisation: { requests: 3, rows: 30, bytes: 0 },
          line: { requests: 3, rows: 30, bytes: 0 },
        });
        finish(meter, holders[1], "readFeatures", { rows: 5 });
        expect(meter.of(holders[0])).toMatchObject({ line: { requests: 4, rows: 35 } });
        await meter.close();
      }
    });
  });
}
