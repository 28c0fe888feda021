import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGrants } from "../../src/core/scopes";
import type { TrainingSetOwner } from "../../src/training-sets/training-set-types";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { features, openTrainingSets, prepareScores, rowsSpine, type TestTrainingSets } from "./support";

const ownerIn = (organisation: string | null, exports = 8): TrainingSetOwner => ({
  keyId: "bbbbbbbbbbbbbbbb",
  lineId: "aaaaaaaaaaaaaaaa",
  organisation,
  exports,
  address: null,
});
const viewer = (organisation: string | null) => ({ tenant: null, organisation });
const [OURS, THEIRS] = ["org_aaaaaaaaaaaaaaaa", "org_bbbbbbbbbbbbbbbb"];
const command = { tenant: null };
const spine = () => rowsSpine([{ track_id: 3, as_of: "2026-01-02T00:00:00Z" }]);

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`training sets of organisations on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepareScores(opened.database);
      made = await openTrainingSets(opened.database, { limits: { total: 64, perTenant: 1 } });
    });
    afterAll(async () => {
      await made?.close();
      await opened?.drop();
    });

    const make = async (organisation: string | null) =>
      (await made.make({ spine: spine(), features, owner: ownerIn(organisation) })).id;

    test.each([
      ["an organisation", OURS, [THEIRS, null]],
      ["no organisation", null, [OURS]],
    ] as const)("of %s answer to others as if they did not exist", async (_, organisation, others) => {
      const id = await make(organisation);
      const { sets } = made;
      const unknown = id.startsWith("a") ? id.replace("a", "b") : id.replace(/^./, "a");
      for (const other of others.map(viewer)) {
        for (const call of [sets.read, sets.data, sets.cancel, sets.rerun, sets.resume, sets.delete] as const) {
          const refusal = async (id: string) =>
            await Promise.resolve(call(id, other)).then(
              () => "done",
              ({ code, message }: { code: string; message: string }) => [code, message.replace(id, "ID")],
            );
          expect(await refusal(id)).toEqual(await refusal(unknown));
          expect(await refusal(id)).toMatchObject(["training_set_not_found", expect.any(String)]);
        }
      }
      expect(await sets.read(id, viewer(organisation))).toMatchObject({ state: "finished" });
      expect(await sets.read(id, command)).toMatchObject({ state: "finished" });
      expect(await sets.delete(id, viewer(organisation))).toMatchObject({ state: "deleted" });
    });

    test("are not reused for another organisation", async () => {
      await make(OURS);
      const options = { spine: spine(), features, format: "jsonl", tenant: null, reuse: true } as const;
      for (const organisation of [THEIRS, null]) {
        const started = await made.sets.start({ ...options, owner: ownerIn(organisation) });
        expect(started.isReused).toBe(false);
        await started.done;
      }
    });

    test("show no data of views that the tier no longer allows, and can be deleted", async () => {
      const id = await make(OURS);
      const withResources = (...resources: readonly string[]) => ({
        ...viewer(OURS),
        grants: createGrants(["training:read", "training:write"], resources),
      });
      const narrow = withResources("lyric_*");
      await expect(made.sets.read(id, narrow)).rejects.toMatchObject({ code: "resource_forbidden" });
      await expect(made.sets.data(id, narrow)).rejects.toMatchObject({ code: "resource_forbidden" });
      expect(await made.sets.read(id, withResources("sco*"))).toMatchObject({ state: "finished" });
      expect(await made.sets.delete(id, narrow)).toMatchObject({ state: "deleted" });
    });
  });

  describe.skipIf(target.skip)(`training sets of organisations under way on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    let proceed: () => void = () => undefined;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepareScores(opened.database);
      const proceeding = new Promise<void>((resolve) => {
        proceed = resolve;
      });
      const database: OpenTestDatabase["database"] = {
        ...opened.database,
        async *stream(statement, options) {
          await proceeding;
          yield* opened.database.stream(statement, options) as AsyncIterable<never[]>; // as the caller typed them
        },
      };
      made = await openTrainingSets(database, { limits: { total: 64, perTenant: 1 } });
    });
    afterAll(async () => {
      proceed();
      await made?.close();
      await opened?.drop();
    });

    test("count for their organisation only, up to its limit and to that of the queue", async () => {
      const start = (organisation: string | null, exports = 8) =>
        made.sets.start({
          spine: spine(),
          features,
          format: "csv",
          tenant: null,
          owner: ownerIn(organisation, exports),
        });
      const full = { code: "training_tenant_queue_full" };
      const started = [await start(OURS, 1)];
      await expect(start(OURS, 1)).rejects.toMatchObject({ ...full, message: expect.stringContaining("at most 1") });
      started.push(await start(OURS));
      await expect(start(OURS)).rejects.toMatchObject({
        ...full,
        message: expect.stringContaining("this organisation"),
      });
      await expect(start(THEIRS, 0)).rejects.toMatchObject(full);
      started.push(await start(THEIRS), await start(null), await start(null, 0));
      const order: number[] = [];
      for (const [index, { done }] of started.entries()) void done.then(() => order.push(index));
      proceed();
      await Promise.all(started.map(({ done }) => done));
      // Two at once, each organisation's in order: 0 and 2 begin, then 3, 1 and 4.
      expect([0, 2]).toContain(order[0]);
      expect([1, 4]).toContain(order[4]);
      expect(order.indexOf(0)).toBeLessThan(order.indexOf(1));
      expect(order.indexOf(3)).toBeLessThan(order.indexOf(4));
    });
  });
}
