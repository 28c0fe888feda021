import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import { openPgliteDatabase } from "../../../src/database/pglite-database";
import { prepare } from "../../registry/fixture";
import { act, survey } from "./actions";
import { actions, EVENTS, expectRecovered, type Moment, momentsOf } from "./recovery";
import { startChild } from "./start-child";

describe("kill -9 on PGlite", () => {
  test.for(actions)("%s", { timeout: 300_000 }, async (action) => {
    const folder = await mkdtemp(join(tmpdir(), "featstore-crash-"));
    try {
      const database = await openPgliteDatabase({ folder });
      await prepare(database, EVENTS);
      await act(database, "apply");
      await act(database, "materialize");
      let last = await survey(database);
      await database.close();

      let moments: readonly Moment[] = [{ killAt: 1, mode: "before" }];
      for (let index = 0; index < moments.length; index += 1) {
        // PGlite has one backend, which dies with its process: a kill leaves only the folder, so only writes count.
        // Each child first recovers from the previous kill: opening a folder takes a second or two.
        const moment = moments[index];
        if (!moment) break;
        const child = await startChild({ database: { folder }, action, recoverFirst: true, ...moment });
        const recovered = await child.next("recovered");
        expectRecovered(action, last, recovered.before, recovered.failure, recovered.after);
        last = recovered.after;
        await child.next("at");
        if (moment.mode === "within") {
          child.go();
          await child.next("sent");
        }
        await child.kill();
        if (index === 0) moments = momentsOf(recovered.statements, recovered.writes);
      }
      const child = await startChild({ database: { folder }, action, recoverFirst: true, killAt: 0, mode: "before" });
      const recovered = await child.next("recovered");
      expectRecovered(action, last, recovered.before, recovered.failure, recovered.after);
      await child.next("done");
      await child.ended;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
