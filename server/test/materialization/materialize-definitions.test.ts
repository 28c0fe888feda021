import {
  count,
  countDistinct,
  entity,
  featureView,
  json,
  latest,
  max,
  source,
  string,
  vector,
} from "@featstore/definitions";
import { MAX_KEY_BYTES } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare } from "../registry/fixture";

const TABLES = `
create extension vector;
create table artists (name text, tenant_id text, vec vector(3), added_at timestamptz default '2026-01-01Z', primary key (tenant_id, name));
create table plays (id bigint primary key, artist text, tenant_id text, listener text, info jsonb, played_at timestamptz);
insert into artists (name, tenant_id, vec) values ('Ärzte', 'a', '[1,2,3]'), ('Ärzte', 'b', '[4,5,6]'), ('Zoo', 'a', null);
insert into plays values
  (1, 'Ärzte', 'a', 'x', '{"rating": "4.5"}', '2026-01-01Z'), (2, 'Ärzte', 'a', 'ä', '{"rating": "four"}', '2026-01-02Z'),
  (3, 'Ärzte', 'b', 'z', '{"rating": 1}', '2026-01-03Z'), (4, 'Nobody', 'a', 'z', '{}', '2026-01-03Z'),
  (5, 'Ärzte', null, 'z', '{}', '2026-01-03Z')`;

const artists = source({
  name: "artists",
  table: "artists",
  key: { artist: string().from("name") },
  eventTime: "added_at",
  tenant: "tenant_id",
  history: "current",
  columns: { vec: vector(3).nullable() },
});
const artist = entity({ name: "artist", key: { artist: string() }, from: artists });
const plays = source({
  name: "plays",
  table: "plays",
  key: { artist: string() },
  eventTime: "played_at",
  tieBreak: "id",
  tenant: "tenant_id",
  history: "events",
  columns: { listener: string(), info: json() },
});

const playing = (strict: boolean, version: number) =>
  featureView({
    name: "playing",
    version,
    entity: artist,
    from: plays,
    features: (row) => {
      const rating = row.info.get("rating");
      return {
        plays: count(),
        listeners: countDistinct(row.listener),
        last_listener: max(row.listener),
        rating: latest(strict ? rating.float64().strict() : rating.float64()),
      };
    },
  }).ir;
const sound = featureView({
  name: "sound",
  version: 1,
  entity: artist,
  from: artists,
  features: (row) => ({ vec: latest(row.vec).space("sound-3"), seen: count() }),
}).ir;

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`definitions from authoring to table on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, TABLES);
    });
    afterEach(() => opened?.drop());

    const dependencies = async () => ({
      registry: createRegistryStore(opened.database),
      catalog: createEngine(opened.database),
      engine: createEngine(opened.database),
      offline: createRunLog(opened.database),
      holder: await thisProcess(),
      isDead: isSurelyDead,
    });
    const applyAll = async (...featureViews: readonly (typeof sound)[]) =>
      apply(await dependencies(), { featureViews, featureServices: [] }, { appliedBy: "tester" });

    test("separates tenants, compares keys by code point, and updates the SQL views", async () => {
      const { plan } = await applyAll(playing(false, 1), sound);
      expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      for (const generation of [1, 2]) {
        const report = await materialize(await dependencies());
        expect(report.views).toMatchObject([
          {
            view: "playing",
            state: "published",
            generation,
            rows: 3,
            failure: null,
            unparsed: { rating: { rows: 1, examples: [{ _tenant: "a", artist: "Ärzte" }], strict: false } },
          },
          { view: "sound", state: "published", generation, rows: 3, failure: null, unparsed: {} },
        ]);
        expect(report.swept?.repairedViews).toEqual([]);
      }
      const rows = await opened.database.query({
        text: `select _tenant, artist, plays, listeners, last_listener from features.playing_v1 order by _tenant, artist`,
      });
      expect(rows).toEqual([
        { _tenant: "a", artist: "Zoo", plays: 0, listeners: 0, last_listener: null },
        { _tenant: "a", artist: "Ärzte", plays: 2, listeners: 2, last_listener: "ä" },
        { _tenant: "b", artist: "Ärzte", plays: 1, listeners: 1, last_listener: "z" },
      ]);
      const views = await opened.database.query({
        text: `select c.relname as view, g.table_name as table from pg_class as c
          join featstore.generations as g on c.relname = g.view || '_v' || g.version and g.generation = 2
          where pg_get_viewdef(c.oid) like '%' || g.table_name || '%' order by 1`,
      });
      expect(views).toEqual([
        { view: "playing_v1", table: "playing_v1_g2" },
        { view: "sound_v1", table: "sound_v1_g2" },
      ]);
      const collations = await opened.database.query({
        text: `select attname as name, attcollation::regcollation::text as collation from pg_attribute
          where attrelid = 'features.playing_v1_g2'::regclass and attnum > 0 and attcollation <> 0 order by attnum`,
      });
      expect(collations).toEqual([
        { name: "_tenant", collation: '"C"' },
        { name: "artist", collation: '"C"' },
        { name: "last_listener", collation: '"default"' },
        { name: "_unparsed", collation: '"default"' },
      ]);
      const vectors = await opened.database.query({
        text: `select format_type(atttypid, atttypmod) as type from pg_attribute
          where attrelid in ('features.sound_v1'::regclass, 'features.sound_v1_g2'::regclass) and attname = 'vec'`,
      });
      expect(vectors).toEqual([{ type: "vector(3)" }, { type: "vector(3)" }]);
    });

    test("ignores and counts rows whose tenant and key together are too long", async () => {
      // Random digits, which do not compress. Keys with 'a' and the maximum length are at the limit; those with 'bb' or
      // 5,000 characters exceed it.
      await opened.database.script(`
        alter table artists drop constraint artists_pkey;
        create function noise(length integer) returns text language sql as
          $$ select left(string_agg(md5(i::text), ''), length) from generate_series(1, 200) as i $$;
        insert into artists (name, tenant_id)
          values (noise(${MAX_KEY_BYTES - 1}), 'a'), (noise(${MAX_KEY_BYTES - 1}), 'bb'), (noise(5000), 'a')`);
      await applyAll(playing(false, 1), sound);
      const report = await materialize(await dependencies());
      expect(report.views).toMatchObject([
        { view: "playing", state: "published", rows: 4, ignoredRows: 2, failure: null },
        { view: "sound", state: "published", rows: 4, ignoredRows: 2, failure: null },
      ]);
      const rows = await opened.database.query({
        text: "select _tenant, octet_length(artist) as bytes from features.sound_v1 order by 2 desc limit 1",
      });
      expect(rows).toEqual([{ _tenant: "a", bytes: MAX_KEY_BYTES - 1 }]);
      const runs = await opened.database.query({
        text: "select rows::integer as rows, ignored_rows::integer as ignored from featstore.runs order by run_id",
      });
      expect(runs).toEqual([
        { rows: 4, ignored: 2 },
        { rows: 4, ignored: 2 },
      ]);
      const types = await opened.database.query({
        text: `select format_type(atttypid, atttypmod) as type from pg_attribute
          where attrelid = 'features.sound_v1_g1'::regclass and attname = 'vec'`,
      });
      expect(types).toEqual([{ type: "vector(3)" }]);
    });

    test("a lost value in a strict cast fails the run and names the row", async () => {
      await applyAll(playing(true, 1));
      const report = await materialize(await dependencies());
      expect(report.views[0]?.failure).toMatchObject({
        code: "cast_failed",
        message: expect.stringMatching(/"rating".*Ärzte/),
      });
    });
  });
}
