import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withDuckdb } from "../../../src/engine/duckdb/process/index";
import { createDuckdbSources } from "../../../src/engine/duckdb/sources";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { openTestEngine, secretOf, type TestEngine, testExtensions } from "./support/test-engine";

const extensions = testExtensions() ?? null;
const [target] = testDatabases("one");

describe.skipIf(target?.kind !== "postgres" || extensions === null)("tables of the attached PostgreSQL", () => {
  let own: TestEngine;
  let opened: OpenTestDatabase;
  let url: string;

  beforeAll(async () => {
    opened = (await target?.open()) as OpenTestDatabase; // not skipped
    url = opened.url ?? "";
    await opened.database.script(`create schema music;
      create table music.plays (id bigint primary key, at timestamptz not null, price numeric(12,2), ratio numeric, mood text, data jsonb, tags text[]);
      insert into music.plays values (1, '2026-01-02 03:04:05.123456+00', 1.50, 0.5, 'it''s $1', '{"a": 1}', '{x}'), (2, '2026-01-03 00:00:00+00', null, null, null, null, null);
      create table only_here (id integer)`);
    own = await openTestEngine({ url: secretOf(url), extensions });
  });
  afterAll(async () => {
    await own?.close();
    await opened?.drop();
  });

  const plays = { kind: "table", engine: "lake", schema: "music", table: "plays" } as const;

  test("are described with their types, keys and nullability as DuckDB reads them", async () => {
    const { relations, tableNames } = await createDuckdbSources(own.engine).describe([
      plays,
      { kind: "table", engine: "lake", schema: null, table: "only_here" },
      { kind: "table", engine: "lake", schema: "music", table: "nosuch" },
      { kind: "query", engine: "lake", text: 'select id, "at", price, mood from source.music.plays' },
    ]);
    const types = (at: number) => {
      const relation = relations[at];
      return relation?.state === "found" ? relation.columns.map(({ name, type }) => `${name} ${type}`) : relation;
    };
    expect(relations[0]).toMatchObject({ state: "found", schema: "music", uniqueKeys: [["id"]], isReadable: true });
    expect(relations[0]).not.toHaveProperty("tellsTransactions");
    expect(types(0)).toEqual([
      ...["id bigint", "at timestamp with time zone", "price numeric(12,2)", "ratio double precision", "mood text"],
      ...["data jsonb", "tags text[]"],
    ]);
    expect(relations[1]).toMatchObject({ state: "found", schema: "public" });
    expect(relations[2]).toMatchObject({ state: "missing" });
    expect(types(3)).toEqual(["id bigint", "at timestamp with time zone", "price numeric(12,2)", "mood text"]);
    expect(tableNames).toContain("music.plays");
  });

  test("have a state, and privileges of the role", async () => {
    const sources = createDuckdbSources(own.engine);
    const key = [{ name: "id", column: "id", type: "int64", nullable: false, zone: null }] as const;
    const source = {
      ...({
        kind: "source",
        name: "plays",
        relation: plays,
        key,
        columns: [],
        knownTime: null,
        tieBreak: ["id"],
      } as const),
      ...({ eventTime: { column: "at", zone: null }, tenant: null, history: "events", filter: null } as const),
    };
    expect(await sources.sourceState(source, null)).toEqual({
      ...{ engine: "lake", rows: 2, largest: { id: "2" }, latest: String(Date.UTC(2026, 0, 3) * 1000) },
    });
    expect(await sources.tableAccess([source])).toMatchObject([
      { name: "music.plays", found: { schema: "music", table: "plays" }, maySelect: true, denied: null },
    ]);
  });

  test("cannot be written, and the password is in no message", async () => {
    const withPassword = new URL(url);
    withPassword.password = "geheim-4711";
    const engine = own.open({ url: secretOf(withPassword.href) });
    await withDuckdb(engine, {}, async (session) => {
      for (const text of [
        "insert into source.music.plays (id, at) values (7, now())",
        "create table source.music.other (id integer)",
        "call postgres_execute('source', 'drop table music.plays')",
        "select * from postgres_query('source', 'delete from music.plays returning id')",
      ])
        await expect(session.run(text), text).rejects.toMatchObject({ name: "EngineError" });
      const shown = await session.rows(
        "select * from duckdb_databases() as d, duckdb_secrets() as s, duckdb_settings() as t",
      );
      expect(JSON.stringify(shown)).not.toContain("geheim");
    });
    withPassword.port = "1";
    const gone = withDuckdb(own.open({ url: secretOf(withPassword.href) }), {}, async () => 1);
    const error: unknown = await gone.catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "engine_unavailable" });
    expect(JSON.stringify([String(error), error])).not.toContain("geheim");
  });

  test("need an extension of exactly DuckDB's version", async () => {
    const folder = join(own.folder, "other-version");
    await mkdir(folder);
    const file = join(folder, "postgres_scanner.duckdb_extension");
    await copyFile(join(extensions ?? "", "postgres_scanner.duckdb_extension"), file);
    const bytes = await readFile(file);
    bytes.write("v1.4.1", bytes.lastIndexOf("v1.5.5"));
    await writeFile(file, bytes);
    await expect(withDuckdb(own.open({ extensions: folder }), {}, async () => 1)).rejects.toMatchObject({
      code: "engine_extension_missing",
      message: expect.stringContaining("1.4.1"),
    });
  });
});
