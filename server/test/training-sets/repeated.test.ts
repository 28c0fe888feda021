import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import type { SpineReader } from "../../src/training-sets/spine/spine-row";
import type { TrainingSetOwner } from "../../src/training-sets/training-set-types";
import type { TrainingSetRequest } from "../../src/training-sets/training-sets";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { features, openTrainingSets, prepareScores, rowsSpine, type TestTrainingSets } from "./support";

const OURS = "org_aaaaaaaaaaaaaaaa";
const viewer = { tenant: null, organisation: OURS };
const DIGEST = "a".repeat(64);

const ownerOf = (idempotencyKey: string, more: Partial<TrainingSetOwner> & { readonly digest?: string } = {}) => {
  const { digest = DIGEST, ...owner } = more;
  return {
    ...{ keyId: "bbbbbbbbbbbbbbbb", lineId: "aaaaaaaaaaaaaaaa", organisation: OURS, exports: 64, address: null },
    ...owner,
    repeatable: { idempotencyKey, digest },
  };
};
const spine = () => rowsSpine([{ track_id: 3, as_of: "2026-01-02T00:00:00Z" }]);
const wrongSpine = () => rowsSpine([{ track_id: "x", as_of: "2026-01-02T00:00:00Z" }]);

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`repeated requests for training sets on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    /** Training sets while the rows of results wait for `proceed`. */
    let held: TestTrainingSets;
    let proceed: () => void = () => undefined;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepareScores(opened.database);
      const limits = { total: 64, perTenant: 64 };
      made = await openTrainingSets(opened.database, { limits });
      const proceeding = new Promise<void>((resolve) => {
        proceed = resolve;
      });
      const database: Database = {
        ...opened.database,
        async *stream(statement, options) {
          await proceeding;
          yield* opened.database.stream(statement, options) as AsyncIterable<never[]>; // as the caller typed them
        },
      };
      held = await openTrainingSets(database, { limits });
    });
    afterAll(async () => {
      proceed();
      await held?.close();
      await made?.close();
      await opened?.drop();
    });

    const request = (owner: TrainingSetOwner, more: Partial<TrainingSetRequest> = {}): TrainingSetRequest => ({
      ...{ spine: spine(), features, format: "jsonl", tenant: null, owner },
      ...more,
    });
    /** Starts a training set; returns its id, or that of the earlier request. */
    const idOf = async (owner: TrainingSetOwner, more: Partial<TrainingSetRequest> = {}, { sets } = made) => {
      try {
        const { id, done } = await sets.start(request(owner, more));
        if (sets === made.sets) await done;
        return { id, repeated: false };
      } catch (error) {
        const { name, id } = error as { readonly name: string; readonly id: string };
        if (name !== "RepeatedRequest") throw error;
        return { id, repeated: true };
      }
    };

    test("get the training set of the first one, whether it is under way or finished", async () => {
      const underWay = await idOf(ownerOf("under-way"), {}, held);
      expect(await idOf(ownerOf("under-way"))).toEqual({ id: underWay.id, repeated: true });
      const finished = await idOf(ownerOf("finished"));
      expect(finished.repeated).toBe(false);
      expect(await idOf(ownerOf("finished"))).toEqual({ id: finished.id, repeated: true });
      // Another key of the organisation.
      const colleague = { keyId: "cccccccccccccccc", lineId: "cccccccccccccccc" };
      expect(await idOf(ownerOf("finished", colleague))).toEqual({ id: finished.id, repeated: true });
    });

    test("are refused if they differ from the first one", async () => {
      await idOf(ownerOf("differs"));
      const other = ownerOf("differs", { digest: "b".repeat(64) });
      await expect(idOf(other)).rejects.toMatchObject({ code: "idempotency_key_reused" });
    });

    test("make a new training set for another owner or tenant, or without a key", async () => {
      const { id } = await idOf(ownerOf("mine"));
      const ids = [id];
      for (const owner of [
        ownerOf("mine", { organisation: "org_bbbbbbbbbbbbbbbb" }),
        ownerOf("mine", { organisation: null }),
        ownerOf("mine", { organisation: null, lineId: "dddddddddddddddd" }),
        { ...ownerOf("mine"), repeatable: undefined },
      ])
        ids.push((await idOf(owner)).id);
      ids.push((await idOf(ownerOf("mine"), { tenant: "acme" })).id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    test("make a new one if the first was deleted, cancelled, or refused for its spine", async () => {
      const first = await idOf(ownerOf("again"));
      await made.sets.delete(first.id, viewer);
      const second = await idOf(ownerOf("again"), {}, held);
      expect(second).toMatchObject({ repeated: false });
      await held.sets.cancel(second.id, viewer);
      const third = await idOf(ownerOf("again"));
      expect(third).toMatchObject({ repeated: false });
      expect(new Set([first.id, second.id, third.id]).size).toBe(3);

      for (let attempt = 0; attempt < 2; attempt++)
        await expect(idOf(ownerOf("refused"), { spine: wrongSpine() })).rejects.toMatchObject({
          code: "spine_key_invalid",
        });
      expect(await idOf(ownerOf("refused"))).toMatchObject({ repeated: false });
    });

    test("sent at once make one training set, although limits would allow only one", async () => {
      const owner = ownerOf("at-once", { organisation: "org_cccccccccccccccc", exports: 1 });
      const answers = await Promise.all([1, 2, 3].map(() => idOf(owner)));
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    });

    test("wait until the first one has loaded its spine, and take over if it fails", async () => {
      let send: () => void = () => undefined;
      const sent = new Promise<void>((resolve) => {
        send = resolve;
      });
      const first = made.sets.start(request(ownerOf("loading"), { spine: slowSpine(sent) }));
      first.catch(() => undefined);
      const stored = async () =>
        opened.database.query<{ state: string }>({
          text: `select s.state from featstore.training_sets as s join featstore.training_set_requests as r
            on r.training_set = s.id where r.idempotency_key = 'loading'`,
        });
      await expect.poll(stored).toEqual([{ state: "loading" }]);
      const other = ownerOf("loading", { digest: "b".repeat(64) });
      await expect(idOf(other)).rejects.toMatchObject({ code: "idempotency_key_reused" });
      let isDone = false;
      const second = idOf(ownerOf("loading")).finally(() => {
        isDone = true;
      });
      for (let turn = 0; turn < 20; turn++) await setImmediate();
      expect(isDone).toBe(false);
      send();
      await expect(first).rejects.toMatchObject({ code: "spine_key_invalid" });
      expect(await second).toMatchObject({ repeated: false });
    });

    test("get the training set that the first one reused", async () => {
      const { id } = await idOf({ ...ownerOf("x"), repeatable: undefined }, { reuse: true });
      const reused = { id, repeated: false };
      expect(await idOf(ownerOf("reuse"), { reuse: true })).toEqual(reused);
      expect(await idOf(ownerOf("reuse"), { reuse: true })).toEqual({ id, repeated: true });
    });

    test("get the training set of the first rerun", async () => {
      const { id } = await idOf(ownerOf("original"));
      const rerun = () => made.sets.rerun(id, viewer, { owner: ownerOf("rerun") });
      const again = await rerun();
      await again.done;
      await expect(rerun()).rejects.toMatchObject({ name: "RepeatedRequest", id: again.id });
    });
  });
}

/** A spine whose second row, which is wrong, comes when `sent` resolves. */
function slowSpine(sent: Promise<void>): SpineReader {
  return {
    ...spine(),
    async *rows() {
      yield* spine().rows();
      await sent;
      yield* wrongSpine().rows();
    },
  };
}
