import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPgliteDatabase } from "../../../src/database/pglite-database";
import { keepPgliteCode, pgliteFolder } from "../../helpers/pglite-image";
import { prepare } from "../../registry/fixture";
import { act, survey } from "./actions";
import { countedDatabase, type Statements } from "./counted-database";
import { copyFolder, copyStopped, digestOf, removeFolder } from "./folder-copy";
import type { Action, Moment, Survey } from "./order";
import { actions, EVENTS, expectRecovered, momentsOf } from "./recovery";
import { startChild } from "./start-child";

// PGlite has one backend, which dies with its process: a kill leaves only the folder, so only writes count. One child is
// stopped at each moment, where its folder is copied, and killed at the last one. Then the test recovers each copy.
describe("kill -9 on PGlite", () => {
  let folder = "";
  const prepared = () => join(folder, "prepared");
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "featstore-crash-"));
    await copyFolder(await pgliteFolder(), prepared());
    await keepPgliteCode();
    const database = await openPgliteDatabase({ folder: prepared() });
    await prepare(database, EVENTS);
    await act(database, "apply");
    await act(database, "materialize");
    await database.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.for(actions)("%s", { timeout: 300_000 }, async (action) => {
    const used = join(folder, action);
    await copyFolder(prepared(), used);
    const { last, moments } = await actUndisturbed(used, action);
    const child = await startChild({ database: { folder: used }, action, moments });
    // A write that has not changed a file yet leaves the folder of the moment before it.
    const left = new Map<string, string>();
    let final = "";
    try {
      for (const [index, { mode }] of moments.entries()) {
        await child.next("at");
        if (mode === "within") {
          child.go();
          await child.next("sent");
        }
        child.signal("SIGSTOP");
        const copy = `${used}-${index}`;
        final = await copyStopped(used, copy, new Set(left.keys()));
        if (!left.has(final)) left.set(final, copy);
        if (index === moments.length - 1) break;
        child.signal("SIGCONT");
        if (mode === "within") await child.next("answered");
        child.go();
      }
    } finally {
      await child.kill();
    }
    expect(digestOf(used)).toBe(final);
    for (const copy of left.values()) await recover(copy, action, last);
  });
});

/** Runs the action to its end; returns the state that it leaves, and the moments of the next one. */
async function actUndisturbed(
  folder: string,
  action: Action,
): Promise<{ readonly last: Survey; readonly moments: readonly Moment[] }> {
  const database = await openPgliteDatabase({ folder });
  try {
    const statements: Statements = { count: 0, writes: [] };
    expect(await act(countedDatabase(database, statements), action)).toBeNull();
    return { last: await survey(database), moments: momentsOf(statements.count, statements.writes) };
  } finally {
    await database.close();
  }
}

/** Opens what a killed process left, acts again and removes the folder. */
async function recover(folder: string, action: Action, last: Survey): Promise<void> {
  const database = await openPgliteDatabase({ folder });
  try {
    const before = await survey(database);
    const failure = await act(database, action);
    expectRecovered(action, last, before, failure, await survey(database));
  } finally {
    await database.close();
  }
  await removeFolder(folder);
}
