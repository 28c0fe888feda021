import { postgresFunctions } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryOnlineStore } from "../../../src/serving/online-store/memory-online-store";
import type { OnlineStore } from "../../../src/serving/online-store/online-store";
import {
  createGenerationLoader,
  createPostgresOnlineStore,
} from "../../../src/serving/online-store/postgres-online-store";
import { createTieredOnlineStore } from "../../../src/serving/online-store/tiered-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp, withKey } from "../../helpers/test-app";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";

// The population is shared: it has each tenant's rows, and one empty row per member in the shared scope.
const views = [
  registered({ name: "plays", features: { count: "int32", label: "string" }, tenant: "tenant_id" }),
  registered({ name: "profile", features: { genre: "string" } }),
];

const tables = (vector: boolean) => `${postgresFunctions}
create schema features;
create table features.plays_v1_g1 (
  _tenant text not null, track_id bigint not null, _event_time timestamptz, count integer, label text,
  ${vector ? "taste vector(2)," : ""} primary key (_tenant, track_id));
insert into features.plays_v1_g1 (_tenant, track_id, _event_time, count, label) values
  ('acme', 7, '2025-12-31T00:00:00Z', 1, 'acme 7'), ('acme', 8, '2025-12-31T00:00:00Z', 2, 'acme 8'),
  ('zeta', 7, '2025-12-31T00:00:00Z', 10, 'zeta 7'),
  ('', 7, null, 0, null), ('', 8, null, 0, null), ('', 9, null, 0, null);
create table features.profile_v1_g1 (
  _tenant text not null, track_id bigint not null, _event_time timestamptz, genre text, primary key (_tenant, track_id));
insert into features.profile_v1_g1 values
  ('', 7, '2025-12-31T00:00:00Z', 'pop'), ('', 8, '2025-12-31T00:00:00Z', 'rap'), ('', 9, '2025-12-31T00:00:00Z', 'jazz');
${vector ? "update features.plays_v1_g1 set taste = case _tenant when 'acme' then '[1,1]' when 'zeta' then '[2,2]' end::vector;" : ""}`;

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(target.name, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.open();
      if (target.hasVectors) await opened.database.script("create extension vector");
      await opened.database.script(tables(target.hasVectors));
    });
    afterAll(() => opened?.drop());

    const postgres = () => createPostgresOnlineStore(opened.database);
    const memory = () =>
      createMemoryOnlineStore({
        load: createGenerationLoader(opened.database),
        limitBytes: 1e8,
        onEvent: () => undefined,
      });
    const stores: Readonly<Record<string, () => OnlineStore>> = {
      postgres,
      "memory, then postgres": () => createTieredOnlineStore([memory(), postgres()]),
    };

    for (const [name, create] of Object.entries(stores)) {
      describe(name, () => {
        const open = async () => {
          const own = target.hasVectors
            ? [
                registered({
                  name: "plays",
                  features: { count: "int32", label: "string", taste: "vector(2)" },
                  tenant: "tenant_id",
                }),
                views[1],
              ]
            : views;
          const test = await createTestApp({
            registry: createFakeRegistry(
              snapshotOf(
                1,
                own.filter((view) => view !== undefined),
              ),
            ),
            onlineStore: create(),
          });
          const keys = { acme: await test.keyOf("acme"), zeta: await test.keyOf("zeta"), none: await test.keyOf() };
          const get = async (key: keyof typeof keys, path: string) => {
            const response = await test.app.request(path, withKey(keys[key]));
            return { status: response.status, body: (await response.json()) as Record<string, unknown> };
          };
          const post = async (key: keyof typeof keys, ids: readonly number[]) => {
            const response = await test.app.request("/api/features/batch", withKey(keys[key], { ids }));
            return { status: response.status, body: (await response.json()) as Record<string, unknown> };
          };
          return { get, post };
        };

        test("single reads never mix tenants, whatever was read before", async () => {
          const { get } = await open();
          for (let round = 0; round < 2; round++) {
            for (const [tenant, count] of [
              ["acme", 1],
              ["zeta", 10],
            ] as const) {
              expect((await get(tenant, "/api/features/7")).body).toEqual({
                track_id: 7,
                features: { plays: { count, label: `${tenant} 7` }, profile: { genre: "pop" } },
                status: "complete",
                views: { plays: "complete", profile: "complete" },
              });
            }
          }
        });

        test("a member without rows of the tenant is missing, even if another tenant has rows", async () => {
          const { get } = await open();
          expect((await get("zeta", "/api/features/8")).body).toMatchObject({
            features: { plays: { count: 0, label: null }, profile: { genre: "rap" } },
            status: "partial",
            views: { plays: "missing", profile: "complete" },
          });
          expect((await get("zeta", "/api/features/12?features=plays")).body).toMatchObject({
            status: "unknown_entity",
          });
        });

        test("batches never mix tenants", async () => {
          const { post } = await open();
          for (let round = 0; round < 2; round++) {
            expect((await post("acme", [7, 8, 9, 12])).body.rows).toEqual([
              [1, "acme 7", "pop"],
              [2, "acme 8", "rap"],
              [0, null, "jazz"],
              [null, null, null],
            ]);
            expect((await post("zeta", [8, 7])).body.rows).toEqual([
              [0, null, "rap"],
              [10, "zeta 7", "pop"],
            ]);
          }
        });

        test("a key without a tenant reads shared views, and is denied scoped ones", async () => {
          const { get, post } = await open();
          expect((await get("none", "/api/features/7?features=profile")).body.features).toEqual({
            profile: { genre: "pop" },
          });
          for (const refused of [
            await get("none", "/api/features/7"),
            await get("none", "/api/features/7?features=plays.count"),
            await post("none", [7]),
          ]) {
            expect(refused).toMatchObject({ status: 403, body: { code: "tenant_required" } });
          }
        });

        test.skipIf(!target.hasVectors)("embeddings never mix tenants", async () => {
          const { get } = await open();
          const vectorOf = async (tenant: "acme" | "zeta", id: number) =>
            (await get(tenant, `/api/embeddings/${id}`)).body.embeddings;
          expect(await vectorOf("acme", 7)).toMatchObject({ "plays.taste": { vector: [1, 1] } });
          expect(await vectorOf("zeta", 7)).toMatchObject({ "plays.taste": { vector: [2, 2] } });
          expect(await vectorOf("zeta", 8)).toMatchObject({ "plays.taste": { vector: null, status: "missing" } });
          expect(await get("none", "/api/embeddings/7")).toMatchObject({ status: 403 });
        });
      });
    }
  });
}
