import type { CatalogRelation, PlainRelation } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/index";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const SCHEMA = `
create type mood as enum ('calm', 'tense');
create domain code as varchar(7);
create domain short_code as code;
create table "Odd ""Name" (
  id integer primary key, title varchar(50) not null, price numeric(5, 2), mood mood, code short_code,
  code_of text unique, made timestamp, themes text[], unique (title, price));
create unique index on "Odd ""Name" (code) where code > '';
create unique index on "Odd ""Name" (lower(title));
create unique index on "Odd ""Name" (mood) include (made);
create schema elsewhere;
create table elsewhere.tracks (id bigint);
create table elsewhere.orders (
  shop integer, id integer, track bigint, buyer text, primary key (id, shop), foreign key (buyer) references public."Odd ""Name" (code_of));
create view odd_view as select id, code, mood from "Odd ""Name"`;

const query = (text: string): PlainRelation => ({ kind: "query", text });
const table = (name: string, schema: string | null = null): PlainRelation => ({ kind: "table", schema, table: name });

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`the catalog of ${target.name}`, () => {
    let opened: OpenTestDatabase;
    const describeOne = async (relation: PlainRelation): Promise<CatalogRelation | undefined> =>
      (await createEngine(opened.database).describe([relation])).relations[0];

    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(SCHEMA);
    });
    afterAll(() => opened?.drop());

    test("describes a table with its columns, domains by their base type, and unique keys without a condition", async () => {
      expect(await describeOne(table('Odd "Name'))).toEqual({
        relation: table('Odd "Name'),
        state: "found",
        schema: "public",
        isReadable: true,
        columns: [
          { name: "id", type: "integer", isEnum: false, nullable: false },
          { name: "title", type: "character varying(50)", isEnum: false, nullable: false },
          { name: "price", type: "numeric(5,2)", isEnum: false, nullable: true },
          { name: "mood", type: "mood", isEnum: true, labels: ["calm", "tense"], nullable: true },
          { name: "code", type: "character varying(7)", isEnum: false, nullable: true },
          { name: "code_of", type: "text", isEnum: false, nullable: true },
          { name: "made", type: "timestamp without time zone", isEnum: false, nullable: true },
          { name: "themes", type: "text[]", isEnum: false, nullable: true },
        ],
        uniqueKeys: expect.arrayContaining([["id"], ["title", "price"], ["mood"], ["code_of"]]),
        primaryKey: ["id"],
        tellsTransactions: true,
      });
    });

    test("describes the primary key of a table in its order, and the tables of its foreign keys", async () => {
      expect(await describeOne(table("orders", "elsewhere"))).toMatchObject({
        schema: "elsewhere",
        primaryKey: ["id", "shop"],
        foreignKeys: [
          { columns: ["buyer"], references: { schema: "public", table: 'Odd "Name', columns: ["code_of"] } },
        ],
      });
    });

    test("describes a view without nullability and keys", async () => {
      expect(await describeOne(table("odd_view"))).toMatchObject({
        state: "found",
        columns: [{ name: "id", nullable: null }, { name: "code" }, { name: "mood", isEnum: true }],
        uniqueKeys: [],
        tellsTransactions: false,
      });
    });

    test("looks up a name on the search path, or in its schema", async () => {
      expect(await describeOne(table("tracks"))).toMatchObject({ state: "missing" });
      expect(await describeOne(table("tracks", "elsewhere"))).toMatchObject({ state: "found" });
      expect(await describeOne(table("tracks", "nowhere"))).toMatchObject({ state: "missing" });
    });

    test("describes a query without running it", async () => {
      const text = `select id, title as "a ""title""", 1 / (id - id) as broken, code from "Odd ""Name" -- all of them`;
      await opened.database.script(`insert into "Odd ""Name" (id, title) values (1, 'one') on conflict do nothing`);
      expect(await describeOne(query(text))).toEqual({
        relation: query(text),
        state: "found",
        searchPath: ["public"],
        isReadable: true,
        columns: [
          { name: "id", type: "integer", isEnum: false, nullable: null },
          { name: 'a "title"', type: "character varying", isEnum: false, nullable: null },
          { name: "broken", type: "integer", isEnum: false, nullable: null },
          { name: "code", type: "character varying(7)", isEnum: false, nullable: null },
        ],
        uniqueKeys: [],
      });
    });

    test("a query with qualified table names depends on no search path", async () => {
      const described = await describeOne(query("select id from elsewhere.tracks"));
      expect(described).toMatchObject({ state: "found", columns: [{ name: "id" }] });
      expect(described).not.toHaveProperty("searchPath");
    });

    test("reports why the database refuses a query", async () => {
      expect(await describeOne(query("select nope from odd_view"))).toMatchObject({
        state: "failed",
        reason: expect.stringContaining("nope"),
      });
      expect(await describeOne(query("select 1 as a, 2 as a"))).toMatchObject({ state: "failed" });
    });

    test("lists names for suggestions, and reports whether pgvector is installed", async () => {
      const { tableNames, hasVectorExtension } = await createEngine(opened.database).describe([]);
      expect(tableNames).toEqual(expect.arrayContaining(['Odd "Name', "odd_view", "elsewhere.tracks"]));
      expect(tableNames.filter((name) => name.startsWith("pg_"))).toEqual([]);
      expect(hasVectorExtension).toBe(false);
      if (!target.hasVectors) return;
      await opened.database.script("create extension vector");
      expect((await createEngine(opened.database).describe([])).hasVectorExtension).toBe(true);
    });
  });
}

for (const target of testDatabases("all").filter(({ kind, name }) => kind === "postgres" && name !== "pgbouncer")) {
  describe.skipIf(target.skip)(`privileges on ${target.name}`, () => {
    test("reports tables, schemas and columns that the role cannot read", async () => {
      const opened = await target.open({ poolSize: 1 });
      const role = `reader_${Math.random().toString(36).slice(2, 10)}`;
      try {
        await opened.database.script(`${SCHEMA}; create role ${role}; grant select on odd_view to ${role};
          grant select on elsewhere.tracks to ${role}; create table partly (a int, b int, c int);
          grant select (a, c) on partly to ${role}; set role ${role}`);
        expect(await describeOneOf(opened, table("odd_view"))).toMatchObject({ state: "found", isReadable: true });
        expect(await describeOneOf(opened, table('Odd "Name'))).toMatchObject({ state: "found", isReadable: false });
        expect(await describeOneOf(opened, table("tracks", "elsewhere"))).toMatchObject({
          state: "found",
          isReadable: false,
          maySchemaBeUsed: false,
        });
        expect(await describeOneOf(opened, table("partly"))).toMatchObject({
          isReadable: true,
          unreadableColumns: ["b"],
        });
        expect(await describeOneOf(opened, query('select * from "Odd ""Name"'))).toMatchObject({ state: "failed" });
      } finally {
        await opened.database.script(`reset role; drop owned by ${role}; drop role ${role}`);
        await opened.drop();
      }
    });
  });
}

async function describeOneOf(opened: OpenTestDatabase, relation: PlainRelation): Promise<CatalogRelation | undefined> {
  return (await createEngine(opened.database).describe([relation])).relations[0];
}
