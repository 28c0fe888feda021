import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabases } from "../helpers/test-database";

const root = join(import.meta.dirname, "../../..");

const filesOf = (folder: string, name: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => name.test(path))
    .map((path) => join(folder, path));

test.skipIf(testDatabases("main")[0]?.skip)(
  "generated SQL writes the schema of each function that pg_catalog and featstore both have",
  async () => {
    const opened = await testDatabases("main")[0]?.openMigrated();
    const shared = await opened?.database.query<{ name: string }>({
      text: `select distinct own.proname as name
        from pg_proc as own
        join pg_proc as other on other.proname = own.proname and other.pronamespace = 'pg_catalog'::regnamespace
        where own.pronamespace = 'featstore'::regnamespace order by 1`,
    });
    await opened?.drop();
    const names = (shared ?? []).map(({ name }) => name);
    expect(names).toContain("to_json");
    const call = new RegExp(String.raw`(?<![.\w"])(?:${names.join("|")})\(`, "g");
    const texts = [
      ...filesOf("feature-definitions/test", /golden[^/]*\/.*\.sql$/),
      ...filesOf("server/src", /\.ts$/).filter((path) =>
        /\b(?:select|from)\b/.test(readFileSync(join(root, path), "utf8")),
      ),
      // DuckDB and Spark have neither schema.
    ].filter((path) => !/duckdb|spark/.test(path));
    const sql = (path: string) =>
      path.endsWith(".sql")
        ? [readFileSync(join(root, path), "utf8")]
        : [...readFileSync(join(root, path), "utf8").matchAll(/`[^`]*`/g)].map(([text]) => text);
    const faults = texts.flatMap((path) =>
      sql(path).flatMap((text) => [...text.matchAll(call)].map(([at]) => `${path}: ${at}`)),
    );
    expect([...new Set(faults)]).toEqual([]);
  },
);
