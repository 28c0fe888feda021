import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { openPgliteDatabase } from "../../../src/database/pglite-database";
import { testDatabases } from "../../helpers/test-database";
import { prepare } from "../../stores/registry/fixture";
import { act, survey } from "./actions";
import type { Action, ChildOrder, Survey } from "./order";
import { type Child, startChild } from "./start-child";

// A process is killed in front of every statement of an action and within every one. After each death the old
// generation is served, the next run succeeds at once, and nothing of the dead one remains.

type Moment = Pick<ChildOrder, "killAt" | "mode">;

const actions: readonly Action[] = ["materialize", "apply"];

function momentsOf(statements: number): readonly Moment[] {
  const all = Array.from({ length: statements }, (_, index) => index + 1);
  return all.flatMap((killAt): Moment[] => [
    { killAt, mode: "before" },
    { killAt, mode: "within" },
  ]);
}

/** Whole, whichever generation it is. */
function expectServedWhole(found: Survey): void {
  expect(found.servedGeneration).not.toBeNull();
  expect([found.servedRows, found.peopleRows]).toEqual([10, 10]);
}

/** As if nobody had ever died. */
function expectClean(found: Survey): void {
  expectServedWhole(found);
  expect(found.relations).toEqual(found.expectedRelations);
  expect([found.leases, found.runningRuns, found.unfinishedGenerations]).toEqual([0, 0, 0]);
  expect(found.applies).toBe(found.versions.length);
}

/** `before` is from after the death, `after` from after the next run; `last` from before the life that ended. */
function expectRecovered(action: Action, last: Survey, before: Survey, failure: string | null, after: Survey): void {
  expectServedWhole(before);
  // All or nothing: a version is either wholly there or not at all.
  expect(before.applies).toBe(before.versions.length);
  expect(failure).toBeNull();
  expectClean(after);
  if (action === "materialize") {
    expect(before.servedGeneration ?? 0).toBeGreaterThanOrEqual(last.servedGeneration ?? 0);
    expect(after.servedGeneration ?? 0).toBeGreaterThan(before.servedGeneration ?? 0);
  } else {
    expect(after.applies).toBeGreaterThan(before.applies);
  }
}

for (const target of testDatabases().filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`kill -9 on ${target.name}`, () => {
    test.for(actions)("%s", { timeout: 120_000 }, async (action) => {
      const opened = await target.open();
      const client = postgres(opened.directUrl ?? "", { max: 1, onnotice: () => {} });
      try {
        await prepare(opened.database);
        await act(opened.database, "apply");
        await act(opened.database, "materialize");
        const order = { database: { url: opened.url ?? "" }, action, recoverFirst: false };
        const whole = startChild({ ...order, killAt: 0, mode: "before" });
        const { statements } = await whole.next("done");
        await whole.ended;
        let last = await survey(opened.database);
        for (const moment of momentsOf(statements)) {
          const child = startChild({ ...order, ...moment });
          await child.next("at");
          if (moment.mode === "within") await killWithin(child, client);
          else await child.kill();
          const before = await survey(opened.database);
          const failure = await act(opened.database, action);
          const after = await survey(opened.database);
          expectRecovered(action, last, before, failure, after);
          last = after;
        }
      } finally {
        await client.end({ timeout: 1 });
        await opened.drop();
      }
    });
  });
}

/** Kills the child while its statement waits in the midst of its work, which then goes on without it. */
async function killWithin(child: Child, client: postgres.Sql): Promise<void> {
  const session = await client.reserve();
  try {
    await session`begin`;
    await session`lock table featstore.generations in access exclusive mode`;
    child.go();
    let isAnswered = false;
    child.next("answered").then(
      () => {
        isAnswered = true;
      },
      () => {},
    );
    for (;;) {
      const [row] = await session`select count(*)::int as waiting from pg_locks where not granted and relation = 'featstore.generations'::regclass`;
      if (isAnswered || row?.["waiting"] > 0) break; // some statements do not touch that table
    }
    await child.kill();
  } finally {
    await session`commit`;
    session.release();
  }
}

describe("kill -9 on PGlite", () => {
  test.for(actions)("%s", { timeout: 120_000 }, async (action) => {
    const folder = await mkdtemp(join(tmpdir(), "featstore-crash-"));
    try {
      const database = await openPgliteDatabase({ folder });
      await prepare(database);
      await act(database, "apply");
      await act(database, "materialize");
      let last = await survey(database);
      await database.close();

      let moments: readonly Moment[] = [{ killAt: 1, mode: "before" }];
      for (let index = 0; index < moments.length; index += 1) {
        // Each child first recovers from the death of the one before it: opening a folder takes a second or two.
        const moment = moments[index];
        if (!moment) break;
        const child = startChild({ database: { folder }, action, recoverFirst: true, ...moment });
        const recovered = await child.next("recovered");
        expectRecovered(action, last, recovered.before, recovered.failure, recovered.after);
        last = recovered.after;
        await child.next("at");
        if (moment.mode === "within") {
          child.go();
          await child.next("sent");
        }
        await child.kill();
        if (index === 0) moments = momentsOf(recovered.statements);
      }
      const child = startChild({ database: { folder }, action, recoverFirst: true, killAt: 0, mode: "before" });
      const recovered = await child.next("recovered");
      expectRecovered(action, last, recovered.before, recovered.failure, recovered.after);
      await child.next("done");
      await child.ended;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
