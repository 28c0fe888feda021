import { fileURLToPath } from "node:url";
import { entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { describe, expect, test } from "vitest";
import { thisProcess } from "../../src/database/lease-holder";
import { migrate, readMigrations } from "../../src/database/migrate";
import { createErasureStore } from "../../src/erasure/erasure-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import { testDatabases } from "../helpers/test-database";
import { changeOf, viewChange } from "../registry/fixture";

const songs = source({
  name: "songs",
  table: "songs",
  key: { song_id: int64().from("id") },
  history: "current",
  columns: { title: string().nullable() },
});
const titles = featureView({
  name: "titles",
  version: 1,
  entity: entity({ name: "song", key: { song_id: int64() }, from: songs }),
  from: songs,
  features: (row) => ({ title: latest(row.title) }),
}).ir;
const FIRST_WITH_SECRET = "0027_erasure_secret";

for (const target of testDatabases("all").filter(({ name }) => name !== "pgbouncer")) {
  describe.skipIf(target.skip)(`the secret of erasures on ${target.name}`, () => {
    const request = async (id: string) => ({
      ...{ entity: "song", key: [id], tenant: null, actor: "tester", message: null, holder: await thisProcess() },
      datasets: [],
    });

    test("still excludes keys that were erased before the secret existed, and keeps the digests in the history", async () => {
      const opened = await target.open();
      try {
        const { database } = opened;
        const all = await readMigrations(fileURLToPath(new URL("../../../migrations", import.meta.url)));
        await migrate(
          database,
          all.filter(({ name }) => name < FIRST_WITH_SECRET),
        );
        await database.script("create table songs (id bigint primary key, title text)");
        // Today's stores record their changes and know datasets; the schema of then has neither.
        const recording = "featstore.record_change(jsonb, text, text, text, jsonb, jsonb)";
        await database.script(`create function ${recording} returns void language sql as 'select'`);
        const takingDown = "featstore.take_down_from_datasets(jsonb, jsonb, text, jsonb)";
        await database.script(`create function ${takingDown} returns jsonb language sql as 'select null::jsonb'`);
        const registry = createRegistryStore(database);
        await registry.apply(
          changeOf({ revision: 0, featureViews: [viewChange(titles, compileView(postgresDialect, titles))] }),
        );
        const store = createErasureStore(database);
        const before = await store.erase(await request("4"));
        // printf '["4"]' | sha256sum
        expect(before.keyDigest).toBe("0e5b96c0aaf7d37b171e575a6421a5163b8a04317045726eb0cbec3f2bc91e84");

        await database.script(`drop function ${recording}; drop function ${takingDown}`);
        await migrate(database, all);
        const { keyDigest } = await store.erase(await request("4"));
        expect(keyDigest).not.toBe(before.keyDigest);
        const stored = await database.query({
          text: "select distinct key_digest as digest from featstore.erased_keys",
        });
        expect(stored).toEqual([{ digest: keyDigest }]);
        const [now, then] = await registry.history({ name: "titles" });
        expect(now?.changes).toMatchObject([{ keyHmac: keyDigest }]);
        expect(then?.changes).toMatchObject([{ keySha256: before.keyDigest }]);
      } finally {
        await opened.drop();
      }
    });

    test.skipIf(target.kind === "pglite")(
      "is readable by the owner only, whatever the default privileges are",
      async () => {
        const opened = await target.open({ poolSize: 1 });
        const role = `reader_${Math.random().toString(36).slice(2, 10)}`;
        try {
          const { database } = opened;
          await database.script(`create role ${role}; alter default privileges grant select on tables to ${role};
          alter default privileges grant select on tables to public`);
          await migrate(database, fileURLToPath(new URL("../../../migrations", import.meta.url)));
          const [row] = await database.query({
            text: `select has_table_privilege('${role}', 'featstore.erasure_secret', 'select') as secret,
            has_table_privilege('${role}', 'featstore.history', 'select') as history`,
          });
          expect(row).toEqual({ secret: false, history: true });
        } finally {
          await opened.database.script(`drop owned by ${role}; alter default privileges revoke select on tables from public;
          drop role ${role}`);
          await opened.drop();
        }
      },
    );
  });
}
