import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { thisProcess } from "../../src/database/lease-holder";
import { createErasureStore } from "../../src/erasure/erasure-store";
import { materialize } from "../../src/materialization/materialize";
import type { RegistryChange } from "../../src/registry/registry";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, viewChange } from "../registry/fixture";
import { openSongs, randomOf, type Song, songViews } from "./fixture";

const DIMENSIONS = 4;
const SONGS = 1_100;

const views = songViews(DIMENSIONS, "l2");
const songs = (() => {
  const random = randomOf(3);
  return Array.from(
    { length: SONGS },
    (_, id): Song => ({
      id,
      owner: "",
      shape: Array.from({ length: DIMENSIONS }, random).map(Math.fround),
      share: 0.5,
    }),
  );
})();
const far = (id: number, value: number): Song => ({
  id,
  owner: "",
  shape: [value, value, value, value],
  share: 1,
  age: 0.1,
});

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`vector tables on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let application: Awaited<ReturnType<typeof openSongs>>;

    beforeEach(async () => {
      opened = await target.openMigrated();
      application = await openSongs(opened.database, views, DIMENSIONS);
      await application.insert(songs);
    }, 60_000);
    afterEach(() => opened?.drop());

    const query = (text: string) => opened.database.query({ text });
    const publish = async (mode: "full" | "incremental", asOf?: bigint) => {
      for (const view of (
        await application.publish({ mode, views: ["song_shape"], ...(asOf === undefined ? {} : { asOf }) })
      ).views)
        expect(view).toMatchObject({ state: "published", kind: mode, failure: null });
    };
    const table = async () => {
      const [row] = await query(`
        select t.table_name as name, t.generations::text as generations, t.rows::integer as rows, t.index is not null as indexed,
          (select c.oid::text from pg_class as c where c.relname = t.table_name || '_index') as index_oid
        from featstore.vector_tables as t`);
      return row;
    };
    const nearest = async (value: number, embedding = "song_shape.shape") => {
      const vector = [value, value, value, value];
      const { status, body } = await application.search({ embedding, vector, k: 2 });
      expect(status, JSON.stringify(body)).toBe(200);
      return { ids: body.hits.map(({ id }: { id: unknown }) => id), method: body.method };
    };

    test("keeps the index across generations, and writes only changed rows", { timeout: 60_000 }, async () => {
      await publish("full");
      const first = await table();
      expect(first).toMatchObject({ generations: "{1}", rows: SONGS, indexed: true });
      expect((await nearest(50)).method).toBe("hnsw");

      // One vector moves, one becomes null, one is new.
      await application.insert([far(3, 50), { ...far(4, 0), shape: null }, far(SONGS, 49)]);
      await publish("incremental");
      expect(await table()).toEqual({ ...first, generations: "{1,2}", rows: SONGS });
      expect(await nearest(50)).toEqual({ ids: [3, SONGS], method: "hnsw" });
      const written = await query(
        `select song_id::integer as id, _from, _to from features.${first?.name} where _from > 1 or _to is not null order by 1, 2`,
      );
      expect(written).toEqual([
        { id: 3, _from: 1, _to: 2 },
        { id: 3, _from: 2, _to: null },
        { id: 4, _from: 1, _to: 2 },
        { id: SONGS, _from: 2, _to: null },
      ]);

      // A full run without changes writes nothing.
      await publish("full");
      expect(await table()).toMatchObject({ generations: "{1,2,3}", index_oid: first?.index_oid });
      expect(await query(`select count(*)::integer as n from features.${first?.name} where _from = 3`)).toEqual([
        { n: 0 },
      ]);

      // Rows that no generation has any more are removed.
      for (let run = 4; run <= 6; run++) await publish("full");
      expect(await query(`select count(*)::integer as n from features.${first?.name} where _to is not null`)).toEqual([
        { n: 0 },
      ]);
    });

    test("rebuilds table and index when most rows changed", { timeout: 60_000 }, async () => {
      await publish("full");
      const first = await table();
      await application.insert(songs.map(({ id }) => far(id, 1000 + id)));
      await publish("full");
      const second = await table();
      expect(second).toMatchObject({ generations: "{2}", rows: SONGS, indexed: true });
      expect(second?.name).not.toBe(first?.name);
      expect(await query(`select to_regclass('features.${first?.name}')::text as name`)).toEqual([{ name: null }]);
      expect(await nearest(1007)).toMatchObject({ method: "hnsw" });
    });

    test("searches a generation that is in no vector table, and the next run adds it", {
      timeout: 60_000,
    }, async () => {
      await publish("full");
      await application.insert([far(3, 50), far(5, 51)]);
      const offline = { ...application.offline, keepVectors: () => Promise.reject(new Error("no disk")) };
      const { views: ran } = await materialize(
        { ...application.dependencies, offline },
        { views: ["song_shape"], mode: "incremental" },
      );
      expect(ran[0]).toMatchObject({ state: "published", generation: 2, failure: null });
      await application.registry.refresh();
      expect(await nearest(50)).toEqual({ ids: [3, 5], method: "exact" });
      await application.insert([far(7, 50.5)]);
      await publish("incremental");
      expect(await table()).toMatchObject({ generations: "{1,3}" });
      expect(await nearest(50)).toEqual({ ids: [3, 7], method: "hnsw" });
    });

    test("does not find an erased key", { timeout: 60_000 }, async () => {
      await application.insert([far(3, 50), far(5, 51), far(7, 53)]);
      await publish("full");
      expect((await nearest(50)).ids).toEqual([3, 5]);
      const requests = {
        entity: "song",
        key: ["3"],
        tenant: null,
        actor: "tester",
        message: null,
        holder: await thisProcess(),
        datasets: [],
      };
      await createErasureStore(opened.database).erase(requests);
      await application.registry.refresh();
      expect(await nearest(50)).toEqual({ ids: [5, 7], method: "hnsw" });
      const name = (await table())?.name;
      expect(await query(`select count(*)::integer as n from features.${name} where song_id = 3`)).toEqual([{ n: 0 }]);
    });

    const apply = async (change: Partial<RegistryChange>) => {
      const { revision } = await application.registryStore.snapshot();
      await application.registryStore.apply(changeOf({ revision, ...change }));
    };

    test("keeps the table of a renamed view", { timeout: 60_000 }, async () => {
      await publish("full");
      const first = await table();
      const [shape] = views;
      if (shape === undefined) throw new Error("a fixture without views");
      const renamed = { ...shape, name: "song_form" };
      const { meaningHash, documentHash } = viewChange(renamed);
      await apply({
        renames: [
          {
            from: "song_shape",
            to: "song_form",
            versions: [{ version: 1, definition: renamed, meaningHash, documentHash }],
          },
        ],
      });
      await application.registry.refresh();
      expect(await table()).toEqual(first);
      expect(await nearest(0, "song_form.shape")).toMatchObject({ method: "hnsw" });
    });

    test("drops the table of a retired version with its generations", { timeout: 60_000 }, async () => {
      await publish("full");
      const first = await table();
      const [shape] = views;
      if (shape === undefined) throw new Error("a fixture without views");
      const next = { ...shape, version: 2 };
      await apply({ featureViews: [viewChange(next, compileView(postgresDialect, next))] });
      await application.publish({ views: ["song_shape@2"] });
      const request = { name: "song_shape", actor: "tester", message: null };
      await application.registryStore.retire({ ...request, version: 1, sunset: "now", successor: null });
      await application.offline.sweep([]);
      expect(await query("select version from featstore.vector_tables")).toEqual([{ version: 2 }]);
      expect(await query(`select to_regclass('features.${first?.name}')::text as name`)).toEqual([{ name: null }]);
      expect(await nearest(0)).toMatchObject({ method: "hnsw" });
    });
  });
}
