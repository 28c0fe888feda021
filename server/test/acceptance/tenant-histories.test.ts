import { count, entity, featureView, int32, int64, latest, source, string, sum } from "@featstore/definitions";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
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

// Law: for any histories of two tenants, each reads the plain evaluation of its own rows.

const TABLES = `
create table facts (id integer primary key, tenant text, item bigint, amount integer, label text, happened timestamptz);
create table owned (tenant text, item bigint, unique (tenant, item));
create table common (item bigint primary key)`;

const facts = source({
  name: "facts",
  table: "facts",
  key: { item: int64() },
  eventTime: "happened",
  tieBreak: "id",
  tenant: "tenant",
  history: "events",
  columns: { amount: int32().nullable(), label: string().nullable() },
});
const owned = source({
  name: "owned",
  table: "owned",
  key: { item: int64() },
  tenant: "tenant",
  history: "current",
  columns: {},
});
const common = source({ name: "common", table: "common", key: { item: int64() }, history: "current", columns: {} });

const viewOver = (name: string, from?: typeof owned) =>
  featureView({
    name,
    version: 1,
    entity: entity({ name: `${name}_item`, key: { item: int64() }, ...(from === undefined ? {} : { from }) }),
    from: facts,
    features: (f) => ({ facts: count(), amount: sum(f.amount), label: latest(f.label) }),
  }).ir;
const views = {
  owned_facts: viewOver("owned_facts", owned),
  common_facts: viewOver("common_facts", common),
  seen_facts: viewOver("seen_facts"),
};
type ViewName = keyof typeof views;

interface Fact {
  readonly tenant: string | null;
  readonly item: number | null;
  readonly amount: number | null;
  readonly label: string | null;
  readonly hour: number;
}
interface History {
  readonly facts: readonly Fact[];
  readonly owned: readonly { readonly tenant: string | null; readonly item: number }[];
  readonly common: readonly number[];
}

const TENANTS = ["a", "b"] as const;
const ITEMS = [1, 2, 3, 4] as const;
const anyTenant = fc.constantFrom<string | null>(...TENANTS, ...TENANTS, "", null, "A", "a ");
const anyItem = fc.constantFrom(...ITEMS);
const anyHistory: fc.Arbitrary<History> = fc.record({
  facts: fc.array(
    fc.record({
      tenant: anyTenant,
      item: fc.option(anyItem, { freq: 8 }),
      amount: fc.option(fc.integer({ min: -3, max: 3 })),
      label: fc.option(fc.constantFrom("x", "y", "")),
      // Hours 0 to 2 are before the as-of time, 3 is after it; equal ones are common.
      hour: fc.nat(3),
    }),
    { maxLength: 14 },
  ),
  owned: fc.uniqueArray(fc.record({ tenant: anyTenant, item: anyItem }), {
    maxLength: 8,
    selector: ({ tenant, item }) => `${JSON.stringify(tenant)} ${item}`,
  }),
  common: fc.uniqueArray(anyItem, { maxLength: 4 }),
});

const START = 1_767_225_600;
const AS_OF = BigInt(START + 2 * 3600) * 1_000_000n;

/** Evaluates the item's values and status for a tenant. */
function evaluate(
  view: ViewName,
  history: History,
  tenant: string,
  item: number,
): readonly [readonly unknown[], string] {
  const own = history.facts
    .map((fact, id) => ({ ...fact, id }))
    .filter((fact) => fact.tenant === tenant && fact.item === item && fact.hour <= 2)
    .sort((left, right) => left.hour - right.hour || left.id - right.id);
  const isMember = {
    owned_facts: history.owned.some((row) => row.tenant === tenant && row.item === item),
    common_facts: history.common.includes(item),
    seen_facts: own.length > 0,
  }[view];
  if (!isMember) return [[null, null, null], "unknown_entity"];
  const amounts = own.flatMap(({ amount }) => (amount === null ? [] : [amount]));
  const total = amounts.length === 0 ? null : String(amounts.reduce((left, right) => left + right, 0));
  return [[total, own.length, own.at(-1)?.label ?? null], own.length === 0 ? "missing" : "complete"];
}

async function fill(database: Database, { facts: rows, owned: members, common: items }: History): Promise<void> {
  const json = (value: unknown) => `'${JSON.stringify(value).replaceAll("'", "''")}'`;
  const listed = rows.map((fact, id) => ({ ...fact, id }));
  await database.script(`
truncate facts, owned, common;
insert into facts select id, tenant, item, amount, label, to_timestamp(${START} + hour * 3600)
  from json_to_recordset(${json(listed)}) as f (id integer, tenant text, item bigint, amount integer, label text, hour integer);
insert into owned select * from json_to_recordset(${json(members)}) as o (tenant text, item bigint);
insert into common select value::bigint from json_array_elements_text(${json(items)})`);
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`histories of two tenants on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, TABLES);
    });
    afterAll(() => opened?.drop());

    test("each tenant reads only its own rows, before and after any change", async () => {
      const { database } = opened;
      const registry = createRegistryStore(database);
      const catalog = createEngine(database);
      const definitions = { featureViews: Object.values(views), featureServices: [] };
      expect((await apply({ registry, catalog }, definitions, { appliedBy: "tester" })).revision).not.toBeNull();
      const materializing = {
        registry,
        engine: createEngine(database),
        offline: createRunLog(database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
      await materialize(materializing, { asOf: AS_OF });
      const load = createGenerationLoader(database);
      const stores = [
        createPostgresOnlineStore(database),
        createTieredOnlineStore([
          createMemoryOnlineStore({ load, limitBytes: 1e7, onEvent: () => undefined }),
          createPostgresOnlineStore(database),
        ]),
      ];
      const keyStore = createKeyStore(database);
      // The same applications serve all histories, to catch caches that outlive their generation.
      const applications = await Promise.all(
        stores.map(async (onlineStore) => {
          const { app, keyOf, registry: serving, faults } = await createTestApp({ registry, onlineStore, keyStore });
          return { app, serving, faults, keys: { a: await keyOf("a"), b: await keyOf("b") } };
        }),
      );

      await fc.assert(
        fc.asyncProperty(anyHistory, async (history) => {
          await fill(database, history);
          const report = await materialize(materializing, { asOf: AS_OF });
          expect(report.views.map(({ failure }) => failure)).toEqual([null, null, null]);
          for (const { app, serving, faults, keys } of applications) {
            await serving.refresh();
            for (const view of ["owned_facts", "common_facts", "seen_facts"] as const) {
              for (const tenant of TENANTS) {
                const response = await app.request(
                  "/api/features/batch",
                  withKey(keys[tenant], { ids: ITEMS, features: [view] }),
                );
                const answer: unknown = await response.json();
                const wanted = ITEMS.map((item) => evaluate(view, history, tenant, item));
                expect(answer, `${view} read by ${tenant}`).toMatchObject({
                  columns: [`${view}.amount`, `${view}.facts`, `${view}.label`],
                  rows: wanted.map(([values]) => values),
                  status: wanted.map(([, status]) => status),
                });
              }
            }
            expect(faults).toEqual([]);
          }
        }),
        { numRuns: Math.ceil(Number(process.env.LAW_RUNS) / 2) },
      );
    });
  });
}
