import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { thisProcess } from "../../src/database/lease-holder";
import { createTrainingSetStore } from "../../src/training-sets/training-set-store";
import type { StartedTrainingSet, TrainingSetsOptions } from "../../src/training-sets/training-sets";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { killedLabels, killedSpine } from "./kill-order";
import { features, openTrainingSets, prepareScores, rowsSpine, type TestTrainingSets } from "./support";

const request = { features, labels: killedLabels, format: "csv", tenant: null } as const;

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`resumed training sets on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    const toClose: TestTrainingSets[] = [];
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepareScores(opened.database);
    });
    afterEach(async () => {
      for (const made of toClose.splice(0).reverse()) await made.close();
      await opened?.drop();
    });

    const open = async (database: Database, more: Partial<TrainingSetsOptions> & { readonly folder?: string } = {}) => {
      const made = await openTrainingSets(database, more);
      toClose.push(made);
      return made;
    };
    /**
     * Starts a training set that blocks at its first rows until it is aborted, in a process that others believe dead.
     */
    const stuck = async (more: Partial<TrainingSetsOptions> & { readonly folder?: string } = {}) => {
      let notifyBegun: () => void = () => undefined;
      const isAt = new Promise<void>((resolve) => {
        notifyBegun = resolve;
      });
      const database: Database = {
        ...opened.database,
        async *stream(statement, options) {
          if (!statement.text.includes('"_passthrough" as "p"')) {
            yield* opened.database.stream(statement, options) as AsyncIterable<never[]>; // as the caller typed them
            return;
          }
          notifyBegun();
          await new Promise((_, reject) => options?.signal?.addEventListener("abort", reject, { once: true }));
        },
      };
      const made = await open(database, more);
      const started = await made.sets.start({ ...request, spine: killedSpine() });
      await isAt;
      return { made, started };
    };
    const stateOf = async (id: string) => {
      const [row] = await opened.database.query<{ state: string; attempts: number }>({
        text: "select state, attempts from featstore.training_sets where id = $1::text",
        parameters: [id],
      });
      return row;
    };
    const ended = async ({ done }: StartedTrainingSet) =>
      done.then(
        () => "made",
        () => "given up",
      );

    test("a stopping server requeues its training set without counting a death, and the next server makes it", async () => {
      const { made, started } = await stuck();
      await made.sets.close();
      expect(await ended(started)).toBe("given up");
      expect(await stateOf(started.id)).toEqual({ state: "queued", attempts: 0 });
      expect((await made.left()).folders).toEqual([]);
      const next = await open(opened.database, { folder: made.folder, resumesDeadJobs: true });
      await next.sets.sweep();
      const taken = await next.sets.resume(started.id, { tenant: null });
      expect((await taken.done).result.rows).toBe(2500);
      const undisturbed = await next.make({ ...request, spine: killedSpine() });
      expect((await taken.done).result.sha256).toBe(undisturbed.manifest.result.sha256);
      expect(await next.left()).toEqual({ tables: [], folders: [started.id, undisturbed.id].sort() });
      expect((await next.sets.resume(started.id, { tenant: null })).isReused).toBe(true);
    });

    test("only one process resumes a training set, and the process believed dead abandons it", async () => {
      const { made, started } = await stuck({ heartbeatMs: 20 });
      const others = await Promise.all(
        [1, 2].map(async (pid) =>
          open(opened.database, {
            folder: made.folder,
            resumesDeadJobs: true,
            holder: { ...(await thisProcess()), host: "another", pid },
            isDead: async ({ host }) => host !== "another",
          }),
        ),
      );
      const taken = await Promise.allSettled(others.map((other) => other.sets.resume(started.id, { tenant: null })));
      // On a busy machine the other process may come after the training set is finished.
      const answers = taken.map((each) => (each.status === "rejected" ? each.reason.code : each.value.isReused));
      expect(answers.filter((answer) => answer === false).length).toBe(1);
      expect(["training_set_not_finished", true]).toContain(answers.find((answer) => answer !== false));
      expect(await ended(started)).toBe("given up");
      for (const each of taken) if (each.status === "fulfilled") expect(await ended(each.value)).toBe("made");
      expect(await made.left()).toEqual({ tables: [], folders: [started.id] });
      expect(await stateOf(started.id)).toEqual({ state: "finished", attempts: 1 });
    });

    test("fails a training set after the second death with process_died_twice, and cancels one with a pending cancellation", async () => {
      const [first, second] = [await stuck(), await stuck()];
      await opened.database.script(`update featstore.training_sets set attempts = 1 where id = '${first.started.id}'`);
      const next = await open(opened.database, {
        folder: first.made.folder,
        resumesDeadJobs: true,
        isDead: async () => true,
      });
      await next.sets.cancel(second.started.id, { tenant: null });
      const [row] = await opened.database.query<{ token: string }>({
        text: "select token::text as token from featstore.training_sets where id = $1::text",
        parameters: [first.started.id],
      });
      const store = createTrainingSetStore(opened.database);
      expect(await store.take(first.started.id, row?.token ?? "", await thisProcess())).toBeUndefined();
      await expect(next.sets.resume(first.started.id, { tenant: null })).rejects.toMatchObject({
        code: "training_set_without_data",
      });
      expect(await next.sets.read(first.started.id, { tenant: null })).toMatchObject({
        state: "failed",
        failure: { code: "process_died_twice" },
      });
      expect(await next.sets.read(second.started.id, { tenant: null })).toMatchObject({
        state: "cancelled",
        failure: null,
      });
      for (const { made } of [first, second]) await made.sets.close();
      expect((await next.left()).tables).toEqual([]);
    });

    test("counts no death for a training set that only waited", async () => {
      const { made, started } = await stuck();
      const waiting = await made.sets.start({ ...request, spine: killedSpine() });
      const next = await open(opened.database, {
        folder: made.folder,
        resumesDeadJobs: true,
        isDead: async () => true,
      });
      await next.sets.sweep();
      const [running, queued] = [
        await next.sets.resume(started.id, { tenant: null }),
        await next.sets.resume(waiting.id, { tenant: null }),
      ];
      await Promise.all([running.done, queued.done]);
      expect(await stateOf(started.id)).toEqual({ state: "finished", attempts: 1 });
      expect(await stateOf(waiting.id)).toEqual({ state: "finished", attempts: 0 });
      await made.sets.close();
      expect(await next.left()).toEqual({ tables: [], folders: [started.id, waiting.id].sort() });
    });

    test("resumes from the spine file of a dead process when the spine table is empty, however often", async () => {
      const { made, started } = await stuck();
      await opened.database.script(`truncate featstore."training_spine_${started.id}"`);
      const taking = await stuck({ folder: made.folder, resumesDeadJobs: true, isDead: async () => true });
      // It waits behind the blocked one.
      await taking.made.sets.sweep();
      const next = await open(opened.database, {
        folder: made.folder,
        resumesDeadJobs: true,
        isDead: async () => true,
      });
      const { result } = await (await next.sets.resume(started.id, { tenant: null })).done;
      const undisturbed = await next.make({ ...request, spine: killedSpine() });
      expect(result.sha256).toBe(undisturbed.manifest.result.sha256);
      expect(await readdir(join(made.folder, started.id))).not.toContain("spine-before.csv.gz");
    });

    test("a process that does not resume leaves the training set for one that does; another tenant cannot resume it", async () => {
      const { made, started } = await stuck();
      await made.sets.close();
      const command = await open(opened.database, { folder: made.folder });
      await command.sets.sweep();
      const other = await command.make({ ...request, spine: killedSpine() });
      expect(await stateOf(started.id)).toMatchObject({ state: "queued" });
      await expect(command.sets.resume(started.id, { tenant: "acme" })).rejects.toMatchObject({
        code: "training_set_not_found",
      });
      const { result } = await (await command.sets.resume(started.id, { tenant: null })).done;
      expect(result.sha256).toBe(other.manifest.result.sha256);
    });

    test("deletes a finished training set on request, and when it is too old", async () => {
      const made = await open(opened.database, { retentionDays: 30 });
      const [first, second] = [
        await made.make({ ...request, spine: killedSpine() }),
        await made.make({ ...request, spine: killedSpine() }),
      ];
      await expect(made.sets.delete(first.id, { tenant: "acme" })).rejects.toMatchObject({
        code: "training_set_not_found",
      });
      expect(await made.sets.delete(first.id, { tenant: null })).toMatchObject({
        state: "deleted",
        manifest: null,
        isHere: false,
      });
      expect(await made.sets.delete(first.id, { tenant: null })).toMatchObject({ state: "deleted" });
      const { sets } = made;
      for (const ask of [sets.data, sets.resume, sets.rerun])
        await expect(ask(first.id, { tenant: null })).rejects.toMatchObject({ code: "training_set_without_data" });
      await made.sets.sweep();
      expect(await made.left()).toEqual({ tables: [], folders: [second.id] });
      await opened.database.script(
        "update featstore.training_sets set finished_at = clock_timestamp() - interval '31 days' where state = 'finished'",
      );
      await made.sets.sweep();
      expect(await made.left()).toEqual({ tables: [], folders: [] });
      expect(await made.sets.read(second.id, { tenant: null })).toMatchObject({ state: "deleted" });
    });

    test("deletes failed and cancelled training sets when they are too old, and no others", async () => {
      const made = await open(opened.database, { retentionDays: 30 });
      const { sets } = made;
      await opened.database.script("insert into events values (101, 3, 'odd', 'NaN', 1, '2026-01-01 00:01Z')");
      const failed = await sets.start({
        ...request,
        spine: rowsSpine([{ track_id: 3, as_of: "2026-01-02T00:00:00Z" }]),
      });
      await expect(failed.done).rejects.toMatchObject({ code: "training_value_not_finite" });
      const cancelled = await sets.start({ ...request, spine: killedSpine() });
      await sets.cancel(cancelled.id, { tenant: null });
      await expect(cancelled.done).rejects.toBeDefined();
      await sets.sweep();
      expect(await sets.read(failed.id, { tenant: null })).toMatchObject({ state: "failed" });
      expect(await sets.read(cancelled.id, { tenant: null })).toMatchObject({ state: "cancelled" });
      await opened.database.script(
        "update featstore.training_sets set finished_at = clock_timestamp() - interval '31 days'",
      );
      await sets.sweep();
      for (const { id } of [failed, cancelled])
        expect(await sets.read(id, { tenant: null })).toMatchObject({ state: "deleted", failure: null });
    });
  });
}
