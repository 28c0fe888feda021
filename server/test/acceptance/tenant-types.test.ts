import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { createRegistryStore } from "../../src/registry/registry-store";
import { createPostgresOnlineStore } from "../../src/serving/online-store/postgres-online-store";
import { createTestApp, withKey } from "../helpers/test-app";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare } from "../registry/fixture";

// A tenant's column may have any type: a key is bound to the text of the value.

const types = [
  {
    name: "uuid",
    type: "uuid",
    tenants: ["11111111-2222-3333-4444-555555555555", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"],
  },
  { name: "integer", type: "integer", tenants: ["1", "10"] },
  { name: "bigint", type: "bigint", tenants: ["9007199254740993", "9007199254740992"] },
  { name: "varchar", type: "varchar(3)", tenants: ["a", "A"] },
  { name: "padded", type: "char(6)", tenants: ["acme", "acmes"] },
  { name: "enum", type: "tenant_name", tenants: ["north", "south"] },
  { name: "domain", type: "tenant_code", tenants: ["n", "s"] },
] as const;

const SETUP = `
create type tenant_name as enum ('north', 'south');
create domain tenant_code as text check (length(value) = 1);
${types
  .map(
    ({ name, type, tenants: [first, second] }) => `
create table of_${name} (id integer primary key, item bigint, tenant ${type}, title text, created_at timestamptz);
create table items_of_${name} (item bigint, tenant ${type});
insert into of_${name} values
  (1, 7, '${first}', 'first', '2026-01-01Z'), (2, 7, '${second}', 'second', '2026-01-02Z'),
  (3, 8, '${second}', 'second', '2026-01-02Z'), (4, 7, null, 'nobody', '2026-01-03Z');
insert into items_of_${name} values (7, '${first}'), (7, '${second}'), (8, '${second}'), (9, '${first}'), (8, null)`,
  )
  .join(";")}`;

const views = types.map(({ name }) => {
  const items = source({
    name: `items_of_${name}`,
    table: `items_of_${name}`,
    key: { item: int64() },
    tenant: "tenant",
    history: "versions",
    columns: {},
  });
  const facts = source({
    name: `of_${name}`,
    table: `of_${name}`,
    key: { item: int64() },
    eventTime: "created_at",
    tieBreak: "id",
    tenant: "tenant",
    history: "events",
    columns: { title: string().nullable() },
  });
  return featureView({
    name: `titles_${name}`,
    version: 1,
    entity: entity({ name: `item_${name}`, key: { item: int64() }, from: items }),
    from: facts,
    features: (f) => ({ facts: count(), title: latest(f.title) }),
  }).ir;
});

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`types of a tenant's column on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let read: (view: string, tenant: string) => Promise<unknown>;
    let failures: unknown[];

    beforeAll(async () => {
      opened = await target.openMigrated();
      const { database } = opened;
      await prepare(database, SETUP);
      const registry = createRegistryStore(database);
      const catalog = createEngine(database);
      const { plan } = await apply(
        { registry, catalog },
        { featureViews: views, featureServices: [] },
        { appliedBy: "tester" },
      );
      expect(plan.outcome).toBe("changes");
      const offline = createRunLog(database);
      const report = await materialize({
        registry,
        offline,
        engine: createEngine(database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      });
      failures = report.views.flatMap(({ view, failure }) => (failure === null ? [] : [`${view}: ${failure.message}`]));
      const { app, keyOf } = await createTestApp({ registry, onlineStore: createPostgresOnlineStore(database) });
      read = async (view, tenant) => {
        const body = { ids: [7, 8, 9], features: [view] };
        const response = await app.request("/api/features/batch", withKey(await keyOf(tenant), body));
        return response.json();
      };
    });
    afterAll(() => opened?.drop());

    test("every view is materialized", () => {
      expect(failures).toEqual([]);
    });

    test.for(types)("$name", async ({ name, tenants: [first, second] }) => {
      expect(await read(`titles_${name}`, first)).toMatchObject({
        rows: [
          [1, "first"],
          [null, null],
          [0, null],
        ],
        status: ["complete", "unknown_entity", "missing"],
      });
      expect(await read(`titles_${name}`, second)).toMatchObject({
        rows: [
          [1, "second"],
          [1, "second"],
          [null, null],
        ],
        status: ["complete", "complete", "unknown_entity"],
      });
    });
  });
}
