import {
  count,
  days,
  entity,
  featureView,
  int32,
  int64,
  json,
  latest,
  source,
  string,
  vector,
} from "@featstore/definitions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { createKeyStore } from "../../src/keys/key-store";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { createRegistryStore } from "../../src/registry/registry-store";
import { createMemoryOnlineStore } from "../../src/serving/online-store/memory-online-store";
import {
  createGenerationLoader,
  createPostgresOnlineStore,
} from "../../src/serving/online-store/postgres-online-store";
import { createTieredOnlineStore } from "../../src/serving/online-store/tiered-online-store";
import { createTestApp, withKey } from "../helpers/test-app";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare } from "../registry/fixture";

// Authors may use names that our SQL uses or that SQL reserves.

const table = `
create extension if not exists vector;
create table "row" (
  id integer primary key, "key" text, "position" bigint, tenant text, "select" jsonb, "row" integer, "rows" vector(3), "time" timestamptz);
insert into "row" values
  (1, 'a', 1, 't', '{"group": "7"}', 1, '[1,2,3]', '2026-01-01Z'), (2, 'a', 1, 't', '{"group": "seven"}', 2, '[4,5,6]', '2026-01-02Z'),
  (3, 'b', 2, 't', '{"group": 8}', 3, null, '2026-01-03Z')`;

const row = source({
  name: "row",
  table: "row",
  key: { key: string(), position: int64() },
  eventTime: "time",
  tieBreak: "id",
  tenant: "tenant",
  history: "events",
  columns: { select: json(), row: int32(), rows: vector(3).nullable() },
});
const order = entity({ name: "order", key: { key: string(), position: int64() } });
const group = featureView({
  name: "group",
  version: 1,
  entity: order,
  from: row,
  features: (r) => ({
    row: latest(r.row),
    rows: count(),
    feature: latest(r.select.get("group").int32()),
    unparsed: latest(r.select.get("group").string()),
    examples: count().over(days(1)),
    lost: count(),
    wanted: count(),
    keys: count(),
    scope: count(),
    value: count(),
    members: count(),
    select: count(),
    user: latest(r.row),
    tenant: latest(r.row),
    event_time: latest(r.row),
    v0: latest(r.row),
    k0: latest(r.row),
    vector: latest(r.rows).space("space"),
  }),
});

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`names used by our SQL on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, table);
    });
    afterAll(() => opened?.drop());

    test("a view with such names is materialized, verified and read", async () => {
      const { database } = opened;
      const registry = createRegistryStore(database);
      const definitions = { featureViews: [group.ir], featureServices: [] };
      const catalog = createEngine(database);
      const { plan } = await apply({ registry, catalog }, definitions, { appliedBy: "tester" });
      expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const offline = createRunLog(database);
      const { views } = await materialize(
        { registry, offline, engine: createEngine(database), holder: await thisProcess(), isDead: isSurelyDead },
        { asOf: 1_767_571_200_000_000n },
      );
      const unparsed = { rows: 1, examples: [{ _tenant: "t", key: "a", position: 1 }], strict: false };
      expect(views).toMatchObject([{ state: "published", failure: null, rows: 2, unparsed: { feature: unparsed } }]);

      const loader = createGenerationLoader(database);
      const memory = createMemoryOnlineStore({ load: loader, limitBytes: 1e7, onEvent: () => undefined });
      const postgres = createPostgresOnlineStore(database);
      for (const onlineStore of [postgres, createTieredOnlineStore([memory, postgres])]) {
        const { app, keyOf, faults } = await createTestApp({
          registry,
          onlineStore,
          keyStore: createKeyStore(database),
        });
        const key = await keyOf("t");
        const single = await app.request("/api/features/a,1?features=group", withKey(key));
        const read: unknown = await single.json();
        expect(read).toMatchObject({
          key: "a",
          position: 1,
          features: { group: { row: 2, rows: 2, feature: null, unparsed: "seven", v0: 2, k0: 2 } },
          status: "complete",
        });
        const ids = [
          { key: "b", position: 2 },
          { key: "a", position: 2 },
          { key: "a", position: 1 },
        ];
        const batch = await app.request(
          "/api/features/batch",
          withKey(key, { ids, features: ["group.feature", "group.vector", "group.user"] }),
        );
        expect(await batch.json()).toMatchObject({
          rows: [
            [8, null, 3],
            [null, null, null],
            [null, [4, 5, 6], 2],
          ],
        });
        expect(faults).toEqual([]);
      }
    });
  });
}
