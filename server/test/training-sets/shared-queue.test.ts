import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import type { StartedTrainingSet } from "../../src/training-sets/training-sets";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { features, openTrainingSets, prepareScores, rowsSpine, type TestTrainingSets } from "./support";

const spine = () => rowsSpine([{ track_id: 3, as_of: "2026-01-02T00:00:00Z" }]);

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)(`training sets of several tenants and servers on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    const servers: TestTrainingSets[] = [];
    /** Releases the blocked training sets. */
    let proceed: () => void = () => undefined;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepareScores(opened.database);
    });
    afterEach(async () => {
      proceed();
      for (const server of servers.splice(0)) await server.close();
      await opened?.drop();
    });

    /** Two servers that make nothing until `proceed` is called. */
    const openServers = async (limits = { total: 64, perTenant: 8 }) => {
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
      for (const _ of [1, 2]) servers.push(await openTrainingSets(database, { limits }));
      const [first, second] = servers;
      if (first === undefined || second === undefined) throw new Error("No servers");
      return [first, second] as const;
    };
    const start = ({ sets }: TestTrainingSets, tenant: string | null) =>
      sets.start({ spine: spine(), features, format: "csv", tenant });

    test("refuses a tenant's tenth training set across servers, also under concurrency, and admits another tenant's", async () => {
      const [first, second] = await openServers();
      const started = await Promise.allSettled(
        Array.from({ length: 14 }, (_, index) => start(index % 2 === 0 ? first : second, "acme")),
      );
      const admitted = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      const refused = started.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
      expect(admitted.length).toBe(9);
      for (const reason of refused)
        expect(reason).toMatchObject({
          code: "training_tenant_queue_full",
          message: expect.stringContaining("training_sets.waiting_per_tenant"),
          headers: { "retry-after": "30" },
        });
      const others = [await start(first, "beta"), await start(second, "beta"), await start(second, null)];
      proceed();
      await Promise.all([...admitted, ...others].map(({ done }) => done));
      await (await start(first, "acme")).done;
    });

    test("counts keys without a tenant as one tenant, and refuses more than the total", async () => {
      const [first, second] = await openServers({ total: 3, perTenant: 1 });
      const started: StartedTrainingSet[] = [];
      for (const tenant of [null, null, "acme", "beta"]) started.push(await start(first, tenant));
      await expect(start(second, null)).rejects.toMatchObject({
        code: "training_tenant_queue_full",
        message: expect.stringContaining("without a tenant"),
      });
      await expect(start(second, "zeta")).rejects.toMatchObject({
        code: "training_queue_full",
        message: expect.stringContaining("training_sets.waiting (FEATSTORE_TRAINING_WAITING)"),
      });
      // Those of null and acme are being made, that of beta waits.
      await first.sets.cancel(started[3]?.id ?? "", { tenant: "beta" });
      await expect(started[3]?.done).rejects.toBeDefined();
      started.splice(3, 1, await start(second, "zeta"));
      proceed();
      await Promise.all(started.map(({ done }) => done));
    });

    test("serves another tenant next, before training sets that waited longer", async () => {
      const [first] = await openServers();
      const started: [string | null, StartedTrainingSet][] = [];
      for (const tenant of ["acme", "acme", "acme", "beta", null, "beta"])
        started.push([tenant, await start(first, tenant)]);
      const made: (string | null)[] = [];
      for (const [tenant, { done }] of started) done.then(() => made.push(tenant)).catch(() => undefined);
      proceed();
      await Promise.all(started.map(([, { done }]) => done));
      // Two begin at once, so neighbours may end in either order.
      expect(made.slice(0, 2)).toEqual(expect.arrayContaining(["acme", "beta"]));
      expect(made.indexOf(null)).toBeLessThan(4);
      expect(made.lastIndexOf("acme")).toBeGreaterThan(3);
    });
  });
}
