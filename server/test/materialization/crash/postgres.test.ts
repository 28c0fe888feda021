import postgres from "postgres";
import { describe, test } from "vitest";
import { testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";
import { act, survey } from "./actions";
import { actions, EVENTS, expectRecovered, momentsOf } from "./recovery";
import { type Child, startChild } from "./start-child";

for (const target of testDatabases("all").filter(({ name }) => name === "postgres-16" || name === "pgbouncer")) {
  describe.skipIf(target.skip)(`kill -9 on ${target.name}`, () => {
    // Through a session pool, the action with the most statements is enough.
    const tested = target.name === "pgbouncer" ? (["incremental"] as const) : actions;
    test.for(tested)("%s", { timeout: 300_000 }, async (action) => {
      const opened = await target.openMigrated();
      const client = postgres(opened.directUrl ?? "", { max: 1, onnotice: () => {} });
      try {
        await prepare(opened.database, EVENTS);
        await act(opened.database, "apply");
        await act(opened.database, "materialize");
        const order = { database: { url: opened.url ?? "" }, action };
        const complete = await startChild({ ...order, moments: [] });
        const { statements } = await complete.next("done");
        await complete.ended;
        let last = await survey(opened.database);
        for (const moment of momentsOf(statements)) {
          const child = await startChild({ ...order, moments: [moment] });
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

/** Kills the child while its statement is in progress; the statement then continues without it. */
async function killWithin(child: Child, client: postgres.Sql): Promise<void> {
  const session = await client.reserve();
  try {
    await session`begin`;
    await session`lock table featstore.generations in access exclusive mode`;
    child.go();
    let isServed = false;
    child.next("answered").then(
      () => {
        isServed = true;
      },
      () => {},
    );
    for (;;) {
      const [row] = await session<
        { waiting: number }[]
      >`select count(*)::int as waiting from pg_locks where not granted and relation = 'featstore.generations'::regclass`;
      if (isServed || (row && row.waiting > 0)) break; // some statements do not touch that table
    }
    await child.kill();
  } finally {
    await session`commit`;
    session.release();
  }
}
