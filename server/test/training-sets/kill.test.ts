import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { openPgliteDatabase } from "../../src/database/pglite-database";
import { bundleChild } from "../helpers/bundle-child";
import { testDatabases } from "../helpers/test-database";
import { type KillOrder, type KillPoint, killedLabels, killedSpine } from "./kill-order";
import { features, openTrainingSets, prepareScores } from "./support";

/** Runs the child up to its point and kills it there. */
async function runAndKill(order: KillOrder): Promise<void> {
  const program = await bundleChild(new URL("./kill-child.ts", import.meta.url));
  const child = fork(program, [JSON.stringify(order)], { execArgv: [] });
  return new Promise((resolve, reject) => {
    let isAt = false;
    child.on("message", () => {
      isAt = true;
      child.kill("SIGKILL");
    });
    child.once("exit", () => (isAt ? resolve() : reject(new Error("The child ended before its point"))));
  });
}

/**
 * Expects the next process to finish the killed training set with the same bytes as an undisturbed one, or to fail one
 * whose spine had not arrived. Nothing else remains.
 */
async function expectRecovered(
  database: Database,
  files: string,
  expectedDigest: string,
  point: KillPoint,
): Promise<void> {
  const [killed] = await database.query<{ id: string; state: string }>({
    text: "select id, state from featstore.training_sets where state <> 'finished'",
  });
  const id = killed?.id ?? "";
  expect(killed?.state).toBe(point === "load" ? "loading" : "running");
  const made = await openTrainingSets(database, { folder: files, resumesDeadJobs: true });
  await expect(made.sets.data(id, { tenant: null })).rejects.toMatchObject({ code: "training_set_not_finished" });
  await made.sets.sweep();
  if (point === "load") {
    const failure = { code: "training_set_interrupted" };
    expect(await made.sets.read(id, { tenant: null })).toMatchObject({ state: "failed", failure });
  } else {
    const { result } = await (await made.sets.resume(id, { tenant: null })).done;
    expect(result.sha256).toBe(expectedDigest);
    const { bytes, sha256, read } = await made.sets.data(id, { tenant: null });
    expect(sha256).toBe(expectedDigest);
    const digest = createHash("sha256");
    for await (const piece of read(0, bytes - 1)) digest.update(piece);
    expect(digest.digest("hex")).toBe(expectedDigest);
    expect((await (await made.sets.rerun(id, { tenant: null })).done).rerun).toMatchObject({ same: true });
  }
  const finished = await database.query<{ id: string }>({
    text: "select id from featstore.training_sets where state = 'finished' order by id",
  });
  // The backend of a killed client may hold its table for a moment longer.
  await expect
    .poll(
      async () => {
        await made.sets.sweep();
        const { tables, folders } = await made.left();
        return { tables, others: folders.filter((folder) => !finished.some((each) => each.id === folder)) };
      },
      { timeout: 60_000 },
    )
    .toEqual({ tables: [], others: [] });
  expect(made.faults).toEqual([]);
  await made.close();
}

/** The digest of an undisturbed training set. */
async function undisturbed(database: Database): Promise<string> {
  await prepareScores(database);
  const made = await openTrainingSets(database);
  const { manifest } = await made.make({ spine: killedSpine(), features, labels: killedLabels, format: "parquet" });
  await made.close();
  return manifest.result.sha256;
}

/** A database that refuses to stream the rows of a training set. */
function unread(database: Database): Database {
  return {
    ...database,
    stream() {
      throw new Error("A third process made it");
    },
  };
}

const points: readonly KillPoint[] = ["load", "labels", "stream", "publish", "published"];

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)(`a killed training set on ${target.name}`, () => {
    test.for(points)("at %s", async (point) => {
      const opened = await target.openMigrated();
      const files = await mkdtemp(join(tmpdir(), "featstore-killed-"));
      try {
        const expectedDigest = await undisturbed(opened.database);
        await runAndKill({ database: { url: opened.url ?? "" }, files, at: point });
        await expectRecovered(opened.database, files, expectedDigest, point);
      } finally {
        await opened.drop();
        await rm(files, { recursive: true, force: true });
      }
    });
  });
}

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)(`a training set that kills its processes on ${target.name}`, () => {
    test.for(["labels", "stream"] as const)(
      "fails after the second death, and never reaches a third process (%s)",
      async (point) => {
        const opened = await target.openMigrated();
        const files = await mkdtemp(join(tmpdir(), "featstore-killed-"));
        try {
          const { database } = opened;
          await prepareScores(database);
          const order = { database: { url: opened.url ?? "" }, files, at: point };
          const stateOf = async () => {
            const text = "select id, state, attempts from featstore.training_sets";
            const [row] = await database.query<{ id: string; state: string; attempts: number }>({ text });
            return row;
          };
          await runAndKill(order);
          expect(await stateOf()).toMatchObject({ state: "running", attempts: 0 });
          await runAndKill({ ...order, resumesDeadJobs: true });
          expect(await stateOf()).toMatchObject({ state: "running", attempts: 1 });
          const id = (await stateOf())?.id ?? "";
          const third = await openTrainingSets(unread(database), { folder: files, resumesDeadJobs: true });
          await third.sets.sweep();
          expect(await third.sets.read(id, { tenant: null })).toMatchObject({
            state: "failed",
            failure: { code: "process_died_twice" },
          });
          await expect(third.sets.resume(id, { tenant: null })).rejects.toMatchObject({
            code: "training_set_without_data",
          });
          await expect
            .poll(() => third.sets.sweep().then(() => third.left()), { timeout: 60_000 })
            .toEqual({ tables: [], folders: [] });
          expect(third.faults).toEqual([]);
          await third.close();
        } finally {
          await opened.drop();
          await rm(files, { recursive: true, force: true });
        }
      },
    );
  });
}

describe("a killed training set on pglite", () => {
  test.for(["load", "stream"] as const)("at %s", async (point) => {
    const folder = await mkdtemp(join(tmpdir(), "featstore-killed-"));
    const [database, files] = [join(folder, "database"), join(folder, "files")];
    try {
      const first = await openPgliteDatabase({ folder: database });
      const expectedDigest = await undisturbed(first);
      await first.close();
      await runAndKill({ database: { folder: database }, files, at: point });
      const second = await openPgliteDatabase({ folder: database });
      await expectRecovered(second, files, expectedDigest, point);
      await second.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
