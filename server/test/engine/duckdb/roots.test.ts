import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DuckdbSession, withDuckdb } from "../../../src/engine/duckdb/process/index";
import { requireHarmlessQuery } from "../../../src/engine/duckdb/query-check";
import { requireInRoots } from "../../../src/engine/duckdb/roots";
import { createDuckdbSources } from "../../../src/engine/duckdb/sources";
import type { EngineError } from "../../../src/engine/engine-error";
import { openTestEngine, type TestEngine } from "./support/test-engine";

/** Stands for any secret: no message may contain it. */
const SECRET = "geheim-4711";

let own: TestEngine;

beforeAll(async () => {
  own = await openTestEngine();
  await own.write("lake/plays/a.parquet", "select 1 as id");
  await own.write("outside/b.parquet", `select '${SECRET}' as id`);
  await own.write("lake-evil/c.parquet", `select '${SECRET}' as id`);
  await writeFile(join(own.folder, "outside/secret.txt"), SECRET);
  await symlink(join(own.folder, "outside/b.parquet"), join(own.lake, "link.parquet"));
  await symlink(join(own.lake, "link.parquet"), join(own.lake, "chain.parquet"));
  await symlink(join(own.folder, "outside"), join(own.lake, "folder"));
  await symlink("../../outside", join(own.lake, "plays/relative"));
  await symlink("/proc/self", join(own.lake, "process"));
  await mkdir(join(own.lake, "mixed"));
  await symlink(join(own.folder, "outside/b.parquet"), join(own.lake, "mixed/b.parquet"));
  await own.write("lake/mixed/a.parquet", "select 1 as id");
  await symlink(join(own.lake, "plays"), join(own.lake, "inner"));
});
afterAll(() => own.close());

/** Paths of files that are refused, with what stands for the test's folder. */
const paths = [
  "FOLDER/outside/b.parquet",
  "FOLDER/lake/../outside/b.parquet",
  "../outside/b.parquet",
  "plays/../../outside/b.parquet",
  "FOLDER/lake-evil/c.parquet",
  "FOLDER/lake*/c.parquet",
  "FOLDER/*/b.parquet",
  "FOLDER/**/b.parquet",
  "link.parquet",
  "chain.parquet",
  "l*k.parquet",
  "folder/b.parquet",
  "folder/*.parquet",
  "*/b.parquet",
  "plays/relative/b.parquet",
  "mixed/*.parquet",
  "process/environ",
  "/proc/self/environ",
  "/proc/self/root/etc/passwd",
  "/dev/fd/0",
  "/etc/passwd",
  "~/b.parquet",
  "file:///etc/passwd",
  "file:FOLDER/outside/b.parquet",
  "FILE://localhost/etc/passwd",
  "http://127.0.0.1:1/b.parquet",
  "https://127.0.0.1:1/b.parquet",
  "s3://music/plays/a.parquet",
  "gcs://music/a.parquet",
  "s3a://music/a.parquet",
  "hf://datasets/a.parquet",
  "\\\\server\\share\\b.parquet",
  "",
  "plays/a.parquet\0.txt",
] as const;

/** Queries that are refused. */
const queries = [
  "from 'FOLDER/outside/b.parquet'",
  "select * from read_parquet('FOLDER/outside/b.parquet')",
  "select * from parquet_scan(['plays/a.parquet', 'FOLDER/outside/b.parquet'])",
  "select * from read_parquet('FOLDER/' || 'outside/b.parquet')",
  "select * from read_parquet((select 'FOLDER/outside/b.parquet'))",
  "select * from read_csv('FOLDER/outside/secret.txt')",
  "select * from read_text('FOLDER/outside/secret.txt')",
  "select * from read_blob('/etc/passwd')",
  "select (select count(*) from glob('/**'))",
  "select * from glob('plays/*')",
  "select * from sniff_csv('FOLDER/outside/secret.txt')",
  "select * from parquet_schema('FOLDER/outside/b.parquet')",
  "select * from parquet_kv_metadata('FOLDER/outside/b.parquet')",
  "select * from read_duckdb('FOLDER/outside/b.db')",
  "select * from query_table('plays/a.parquet')",
  "select * from query('select 1')",
  "select * from json_execute_serialized_sql('{}')",
  "attach 'FOLDER/outside/x.db' as x",
  "copy (select 1) to 'FOLDER/lake/written.parquet'",
  "copy (select 1) to 'FOLDER/outside/written.parquet'",
  "install httpfs",
  "load httpfs",
  "pragma database_list",
  "set memory_limit = '1GB'",
  "create table t as select 1",
  "insert into t values (1)",
  "call duckdb_settings()",
  "checkpoint",
  "explain analyze select 1",
  "prepare p as select 1",
  "execute p",
  "select 1; select 2",
  "select 1; drop table t",
  "select 1 /* ; */ ; -- \n copy (select 1) to 'FOLDER/lake/written.parquet'",
  "select * from duckdb_secrets()",
  "select * from duckdb_settings()",
  "select * from duckdb_databases()",
  "select * from duckdb_variables()",
  "select * from which_secret('s3://music', 's3')",
  "select * from duckdb_logs",
  "select * from information_schema.tables",
  "select * from pg_catalog.pg_settings",
  "select * from (show all tables)",
  "select * from (describe select 1)",
  "select current_setting('memory_limit')",
  "select Current_Setting/**/('memory_limit')",
  "select getvariable('x')",
  "select getenv('HOME')",
  "select $1",
  'with "settings" as (select * from duckdb_settings()) select * from settings',
  "pivot 'plays/a.parquet' on id using count(*)",
  "select * from postgres_query('source', 'select 1')",
  "select * from read_parquet('s3://music/a.parquet?s3_endpoint=127.0.0.1:1')",
  "select * from read_parquet(['plays/a.parquet', 'link.parquet'])",
  "select * from 'http://127.0.0.1:1/a.parquet'",
] as const;

/** Texts that are no query by themselves, so that nothing can follow them in a view's statement. */
const fragments = [
  "select 1) union all (select * from duckdb_settings()",
  "select 1 /* unclosed",
  "select 'unclosed",
  "",
  "-- nothing",
];

const at = (text: string) => text.replaceAll("FOLDER", own.folder);

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    expect(JSON.stringify([String(error), error])).not.toContain(SECRET);
    return (error as EngineError).code;
  }
  return "allowed";
}

/** The codes for a path: of the check, and of a session that reads it without the check. */
async function codesOf(session: DuckdbSession, path: string) {
  const quoted = `'${path.replaceAll("'", "''")}'`;
  const read = async (query: string) => {
    if ((await session.rows(query)).length === 0) throw Object.assign(new Error(), { code: "no_file" });
  };
  return {
    check: await codeOf(requireInRoots(own.engine, path)),
    session: await codeOf(read(`select * from read_parquet(${quoted})`)),
    blob: await codeOf(read(`select content from read_blob(${quoted})`)),
  };
}

test("paths outside of the roots are refused by the check or as matches, and always by the session", async () => {
  await withDuckdb(own.engine, { isShort: true }, async (session) => {
    const checkedByMatches: string[] = [];
    for (const path of paths.map(at)) {
      const { check, session: read, blob } = await codesOf(session, path);
      if (check !== "path_outside_roots") checkedByMatches.push(path);
      expect([read, blob], path).not.toContain("allowed");
    }
    // The part before a pattern is a root; \\ is a letter of a name.
    expect(checkedByMatches).toEqual([
      ...["l*k.parquet", "*/b.parquet", "mixed/*.parquet", "\\\\server\\share\\b.parquet"],
    ]);
  });
});

test("paths below a root are read, also by a link that stays inside", async () => {
  await withDuckdb(own.engine, { isShort: true }, async (session) => {
    for (const path of ["plays/a.parquet", `${own.lake}/plays/*.parquet`, "inner/a.parquet", "./plays/a.parquet"]) {
      await requireInRoots(own.engine, path);
      expect(await session.rows(`select id from read_parquet('${path}')`), path).toEqual([{ id: "1" }]);
    }
  });
});

test("describes no source that reads outside of the roots", async () => {
  const sources = createDuckdbSources(own.engine);
  const relations = paths.map((path) => ({ kind: "files", engine: "lake", path: at(path) }) as const);
  const { relations: described } = await sources.describe(relations);
  expect(described.filter(({ state }) => state === "found")).toEqual([]);
  expect(JSON.stringify(described)).not.toContain(SECRET);
});

test("queries that read the session, other files or the network, or write, are refused", async () => {
  await withDuckdb(own.engine, { isShort: true }, async (session) => {
    for (const query of queries.map(at))
      expect(await codeOf(requireHarmlessQuery(own.engine, session, query)), query).toMatch(
        /^(engine_query_refused|path_outside_roots)$/,
      );
    for (const text of fragments)
      expect(await codeOf(requireHarmlessQuery(own.engine, session, text)), text).toMatch(
        /^(engine_query_refused|engine_statement_failed)$/,
      );
  });
  const { relations } = await createDuckdbSources(own.engine).describe(
    [...queries, ...fragments].map((text) => ({ kind: "query", engine: "lake", text: at(text) }) as const),
  );
  expect(relations.filter(({ state }) => state === "found")).toEqual([]);
});

test("queries over files below the roots may be sources", async () => {
  const allowed = [
    "select id from 'plays/a.parquet';",
    "select * from read_parquet(['plays/a.parquet', 'inner/a.parquet'], hive_partitioning = false) as plays join range(3) as r (i) on true",
    "with plays as (from 'plays/*.parquet') select id, count(*) as n from plays group by all -- the end",
    "select unnest([1, 2]) as id union all by name values (3)",
  ].map((text) => ({ kind: "query", engine: "lake", text }) as const);
  const { relations } = await createDuckdbSources(own.engine).describe(allowed);
  expect(relations.map((each) => (each.state === "failed" ? each.reason : each.state))).toEqual(
    allowed.map(() => "found"),
  );
});

describe("roots in buckets", () => {
  const buckets = { name: "lake", settings: { roots: ["s3://music/lake", "s3://other"] } };

  test.for([
    "s3://music/lake/a.parquet",
    "s3://music/lake/day=*/a.parquet",
    "s3://other/a.parquet",
    "s3://music/lake/a%20b.parquet",
  ])("%s is inside", async (path) => {
    expect(await codeOf(requireInRoots(buckets, path))).toBe("allowed");
  });

  test.for([
    ...["s3://music/lake-evil/a.parquet", "s3://music/lak*/a.parquet", "s3://music/lake", "s3://music/a.parquet"],
    ...["s3://music/lake/../a.parquet", "s3://music/lake/%2e%2E/a.parquet", "s3://music/lake/./../a.parquet"],
    ...["s3://music.evil/lake/a.parquet", "s3://evil/lake/a.parquet", "s3://user@music/lake/a.parquet"],
    ...[
      "s3://music/lake/a.parquet?s3_endpoint=127.0.0.1:1",
      "s3://music/lake/a.parquet#x",
      "s3://MUSIC/lake/a.parquet",
    ],
    ...["S3://music/lake/a.parquet", "s3://music//lake/a.parquet", "s3:///lake/a.parquet", "s3://*/lake/a.parquet"],
    ...[
      "plays/a.parquet",
      "/etc/passwd",
      "https://music.s3.amazonaws.com/lake/a.parquet",
      "s3n://music/lake/a.parquet",
    ],
  ])("%s is outside", async (path) => {
    expect(await codeOf(requireInRoots(buckets, path))).toBe("path_outside_roots");
  });
});

test("a link that leads out after the check is refused by the session", async () => {
  const path = "later/b.parquet";
  await requireInRoots(own.engine, path);
  await symlink(join(own.folder, "outside"), join(own.lake, "later"));
  await withDuckdb(own.engine, { isShort: true }, async (session) => {
    expect(await codeOf(session.rows(`select * from read_parquet('${path}')`))).toBe("path_outside_roots");
  });
});

test("links in a circle are reported with a code", async () => {
  await symlink("circle.parquet", join(own.lake, "circle.parquet"));
  expect(await codeOf(requireInRoots(own.engine, "circle.parquet"))).toBe("engine_source_failed");
});
