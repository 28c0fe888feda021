import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { testDatabases } from "../helpers/test-database";
import { wholeSchema } from "../helpers/whole-schema";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, "migrations/functions");
const files = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }));
/** The compiler writes this file, which has several functions. */
const COMPILED = "compiled-sql.sql";
const DEFINITION = /^create or replace (?:function|aggregate) featstore\.(\w+)/gm;

const sources = ["server/src", "feature-definitions/src"]
  .flatMap((path) =>
    readdirSync(join(root, path), { recursive: true, encoding: "utf8" }).map((file) => join(path, file)),
  )
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ name: basename(file), text: readFileSync(join(root, file), "utf8") }));

describe("the SQL functions", () => {
  test("have one file each, with the name of the function", () => {
    for (const { file, text } of files.filter(({ file }) => file !== COMPILED))
      expect([file, ...[...text.matchAll(DEFINITION)].map(([, name]) => `${name}.sql`)]).toEqual([file, file]);
  });

  test("are defined only in their files, and once", async () => {
    const { schema } = await wholeSchema();
    for (const { name, text } of schema.migrations) expect(text, name).not.toMatch(/create (?:or replace )?function/i);
    const [target] = testDatabases("main").filter(({ skip }) => !skip);
    const opened = await target?.openMigrated();
    const created = await opened?.database.query<{ name: string }>({
      text: "select proname as name from pg_proc where pronamespace = 'featstore'::regnamespace order by 1",
    });
    await opened?.drop();
    const defined = files.flatMap(({ text }) => [...text.matchAll(DEFINITION)].map(([, name]) => ({ name })));
    expect(created?.length).toBe(defined.length);
    const names = files.filter(({ file }) => file !== COMPILED).map(({ file }) => basename(file, ".sql"));
    expect(new Set(names).size).toBe(names.length);
  });

  test("say in a comment who calls them, and those do", () => {
    for (const { file, text } of files.filter(({ file }) => file !== COMPILED)) {
      const name = basename(file, ".sql");
      const [comment = ""] = /^(?:--.*\n)+/.exec(text) ?? [];
      const [, list] = /^-- Called by ([\s\S]*)\.\n$/m.exec(comment) ?? [];
      expect(list, file).toBeDefined();
      const callers = (list ?? "")
        .replaceAll("\n-- ", " ")
        .split(/, | and others/)
        .filter((caller) => caller !== "");
      for (const caller of callers.filter((each) => !each.startsWith("the "))) {
        const texts = caller.endsWith(".ts")
          ? sources.filter((source) => source.name === caller).map((source) => source.text)
          : files.filter((other) => other.file === `${caller}.sql`).map((other) => other.text);
        expect(
          texts.some((other) => new RegExp(`\\b${name}\\b`).test(other)),
          `${file}: ${caller}`,
        ).toBe(true);
      }
    }
  });

  test("have bodies that PostgreSQL accepts", async () => {
    const [target] = testDatabases("main").filter(({ skip }) => !skip);
    const opened = await target?.openMigrated();
    try {
      // The bodies are not checked while the schema is created, because functions call each other.
      await opened?.database.script((await wholeSchema()).schema.functions);
    } finally {
      await opened?.drop();
    }
  });
});
