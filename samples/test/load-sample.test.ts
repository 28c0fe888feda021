import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../server/src/database/database";
import { type OpenTestDatabase, testDatabases } from "../../server/test/helpers/test-database";
import { loadSample } from "../src/load-sample";

const folder = join(import.meta.dirname, "../state-of-the-union/data");
/** 2026-01-01T00:00:00Z */
const until = 1_767_225_600_000_000n;

async function one(database: Database, text: string): Promise<Record<string, unknown> | undefined> {
  return (await database.query({ text }))[0];
}

const relations = (database: Database) =>
  database.query({
    text: "select relname, relkind::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'i', 'S', 'v') and relname !~ '^pg_' order by relname",
  });

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(target.name, () => {
    let opened: OpenTestDatabase;
    let database: Database;
    beforeAll(async () => {
      opened = await target.open();
      database = opened.database;
    });
    beforeEach(() => database.script("drop view if exists latest; drop table if exists analyses, speeches"));
    afterAll(() => opened?.drop());

    test("fills the tables of the sample and shifts all times", async () => {
      expect(await loadSample({ database, folder, until })).toEqual({
        speeches: 233,
        analyses: 1398,
        embeddings: target.hasVectors,
      });
      expect(
        await one(
          database,
          `select count(*)::int4 as rows, count(distinct speaker)::int4 as speakers, min(length(body))::int4 > 4000 as texts,
  (select max(analyzed_at)::text from analyses) as newest,
  (select (max(analyzed_at) - min(analyzed_at) between interval '190 days' and interval '201 days') from analyses) as span,
  max(added_at) < (select min(analyzed_at) from analyses) as before from speeches`,
        ),
      ).toEqual({ rows: 233, speakers: 43, texts: true, newest: "2025-12-31 23:00:00", span: true, before: true });
      expect(
        await one(database, "select title, speaker, party, year, left(body, 24) as text from speeches where id = 1"),
      ).toEqual({
        title: "State of the Union Address, 1790",
        speaker: "George Washington",
        party: null,
        year: 1790,
        text: "Fellow-Citizens of the S",
      });
      // The tables' own sequences continue after the sample's ids.
      await database.query({
        text: "insert into speeches (title, speaker, year, body) values ('another', 'nobody', 2026, '')",
      });
      await database.query({ text: "insert into analyses (speech_id, analyzer) values (234, 'rules')" });
      expect(await one(database, "select max(id) as id, count(*)::int4 as rows from speeches")).toEqual({
        id: 234,
        rows: 234,
      });
      expect(await one(database, "select max(id) as id from analyses")).toEqual({ id: 1399 });
      await expect(
        database.query({ text: "insert into analyses (speech_id, analyzer) values (999999, 'rules')" }),
      ).rejects.toMatchObject({ sqlState: "23503" });
    });

    test.skipIf(!target.hasVectors)("stores a unit vector for every address", async () => {
      await loadSample({ database, folder, until });
      expect(
        await one(
          database,
          "select count(*)::int4 as rows, max(abs(vector_norm(body_embedding) - 1)) < 1e-5 as unit, count(body_embedding)::int4 as vectors from speeches where vector_dims(body_embedding) = 384",
        ),
      ).toEqual({ rows: 233, unit: true, vectors: 233 });
    });

    test("replaces its own rows and the leftovers of a killed load when it loads again", async () => {
      await loadSample({ database, folder, until });
      const first = await relations(database);
      await database.script(
        "delete from analyses; create table featstore_sample_speeches (junk text); insert into featstore_sample_speeches values ('half')",
      );
      await loadSample({ database, folder, until: until + 1_000_000n });
      expect(await relations(database)).toEqual(first);
      expect(
        await one(database, "select count(*)::int4 as rows, max(analyzed_at)::text as newest from analyses"),
      ).toEqual({
        rows: 1398,
        newest: "2025-12-31 23:00:01",
      });
    });

    test("changes nothing when the load fails", async () => {
      await loadSample({ database, folder, until });
      const before = await relations(database);
      const failing: Database = {
        ...database,
        copyFrom: (to, chunks, options) =>
          database.copyFrom(
            to.table.endsWith("speeches") ? to : { ...to, columns: ["no_such_column"] },
            chunks,
            options,
          ),
      };
      await expect(loadSample({ database: failing, folder, until })).rejects.toMatchObject({ sqlState: "42703" });
      expect(await relations(database)).toEqual(before);
      expect(await one(database, "select count(*)::int4 as rows from analyses")).toEqual({ rows: 1398 });
    });

    test("refuses existing tables of another origin unless `replace` is set", async () => {
      await database.script("create table speeches (id int); insert into speeches values (7)");
      await expect(loadSample({ database, folder, until })).rejects.toMatchObject({ code: "sample_table_exists" });
      expect(await one(database, "select id from speeches")).toEqual({ id: 7 });
      await loadSample({ database, folder, until, replace: true });
      expect(await one(database, "select count(*)::int4 as rows from speeches")).toEqual({ rows: 233 });
    });

    test("refuses to replace tables that other objects depend on", async () => {
      await loadSample({ database, folder, until });
      await database.script("create view latest as select max(id) from speeches");
      await expect(loadSample({ database, folder, until })).rejects.toMatchObject({ code: "sample_table_in_use" });
      expect(await one(database, "select count(*)::int4 as rows from analyses")).toEqual({ rows: 1398 });
      expect((await relations(database)).some(({ relname }) => String(relname).startsWith("featstore_sample"))).toBe(
        false,
      );
    });
  });
}

test("names the file when the folder lacks the sample or a file is damaged", async () => {
  const empty = await mkdtemp(join(tmpdir(), "sample-"));
  // The files are read before any query.
  const database = {} as Database;
  await expect(loadSample({ database, folder: empty, until })).rejects.toMatchObject({
    code: "sample_unreadable",
    message: expect.stringContaining(join(empty, "speeches.ndjson.gz")),
  });
  await writeFile(join(empty, "speeches.ndjson.gz"), "not compressed");
  await expect(loadSample({ database, folder: empty, until })).rejects.toMatchObject({ code: "sample_unreadable" });
  await rm(empty, { recursive: true });
});
