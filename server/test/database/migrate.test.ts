import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { DatabaseError } from "../../src/database/database-error";
import { type Migration, MigrationError, migrate, type Schema, schemaState } from "../../src/database/migrate";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const first: Migration = { name: "0001_first", text: "create table featstore.one (id int);" };
const second: Migration = {
  name: "0002_second",
  text: "create table featstore.two (id int);\ninsert into featstore.two values (1);\n-- no end of line",
};

const FUNCTION = "create or replace function featstore.answer() returns integer language sql as";
const functions = `${FUNCTION} 'select 42';`;

function schemaOf(migrations: readonly Migration[], texts = functions): Schema {
  return { migrations, functions: texts };
}

async function answerOf(database: Database): Promise<unknown> {
  const [row] = await database.query({ text: "select featstore.answer() as answer" });
  return row?.answer;
}

async function migrationFailure(work: Promise<unknown>): Promise<MigrationError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MigrationError) return error;
  throw new Error("expected a MigrationError", { cause: error });
}

async function tablesOf(database: Database): Promise<string[]> {
  const rows = await database.query<{ name: string }>({
    text: "select tablename as name from pg_tables where schemaname = 'featstore' order by 1",
  });
  return rows.map(({ name }) => name);
}

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`migrate on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    const open = async () => {
      opened = await target.open();
      return opened.database;
    };
    afterEach(async () => {
      await opened?.drop();
      opened = undefined;
    });

    test("applies the missing migrations in order, once, and the functions with them", async () => {
      const database = await open();
      expect(await schemaState(database, schemaOf([second, first]))).toMatchObject({
        ...{ number: 0, isNewer: false },
        pending: ["0001_first", "0002_second", "functions"],
      });
      expect(await migrate(database, schemaOf([first]))).toEqual({
        applied: ["0001_first", "functions"],
        newer: null,
      });
      expect(await schemaState(database, schemaOf([first, second]))).toMatchObject({
        ...{ number: 1, isNewer: false },
        pending: ["0002_second", "functions"],
      });
      expect((await migrate(database, schemaOf([second, first]))).applied).toEqual(["0002_second", "functions"]);
      expect((await migrate(database, schemaOf([first, second]))).applied).toEqual([]);
      expect(await tablesOf(database)).toEqual(["migrations", "one", "two"]);
      const recorded = await database.query({
        text: "select name, length(checksum) as n, applied_at is null as never from featstore.migrations order by 1",
      });
      expect(recorded).toEqual([
        { name: "0001_first", n: 64, never: false },
        { name: "0002_second", n: 64, never: false },
        { name: "functions", n: 64, never: false },
      ]);
    });

    test("creates functions after all tables and before the rest of each migration, in any order", async () => {
      const database = await open();
      const early = {
        name: "0001_early",
        text: `create table featstore.early (id int);
-- After the functions:
alter table featstore.early alter column id set default featstore.answer();`,
      };
      const texts = `create or replace function featstore.caller(one featstore.one) returns integer language sql
        as 'select featstore.answer()'; ${functions}`;
      await migrate(database, schemaOf([early, { ...first, name: "0002_first" }], texts));
      await database.query({ text: "insert into featstore.early default values" });
      expect(await database.query({ text: "select id from featstore.early" })).toEqual([{ id: 42 }]);
    });

    test("applies changed functions alone", async () => {
      const database = await open();
      await migrate(database, schemaOf([first]));
      const changed = schemaOf([first], `${FUNCTION} 'select 43';`);
      expect((await schemaState(database, changed)).pending).toEqual(["functions"]);
      expect((await migrate(database, changed)).applied).toEqual(["functions"]);
      expect(await answerOf(database)).toBe(43);
      expect((await migrate(database, changed)).applied).toEqual([]);
    });

    test("applies nothing to a database that a newer version has migrated", async () => {
      const database = await open();
      await migrate(database, schemaOf([first, second], `${FUNCTION} 'select 43';`));
      expect(await schemaState(database, schemaOf([first]))).toMatchObject({ number: 2, isNewer: true, pending: [] });
      expect(await migrate(database, schemaOf([first]))).toEqual({ applied: [], newer: 2 });
      expect(await answerOf(database)).toBe(43);
    });

    test("lists what is pending without changing anything", async () => {
      const database = await open();
      await schemaState(database, schemaOf([first]));
      expect(await database.query({ text: "select nspname from pg_namespace where nspname = 'featstore'" })).toEqual(
        [],
      );
    });

    test("applies everything once when many processes start at once", async () => {
      const database = await open();
      const many = [first, second, { name: "0003_third", text: "create table featstore.three (id int)" }];
      const results = await Promise.all(Array.from({ length: 6 }, () => migrate(database, schemaOf(many))));
      expect(results.flatMap(({ applied }) => applied)).toEqual([
        ...["0001_first", "0002_second", "0003_third"],
        "functions",
      ]);
      expect(await tablesOf(database)).toEqual(["migrations", "one", "three", "two"]);
    });

    test("keeps the newest schema when processes of two versions start at once", async () => {
      const database = await open();
      const newer = schemaOf([first, second], `${FUNCTION} 'select 43';`);
      const versions = [schemaOf([first]), newer, schemaOf([first]), newer, schemaOf([first])];
      await Promise.all(versions.map((schema) => migrate(database, schema)));
      expect(await tablesOf(database)).toEqual(["migrations", "one", "two"]);
      expect(await answerOf(database)).toBe(43);
    });

    test("refuses an edited migration by name, and ignores changed line ends and comments", async () => {
      const database = await open();
      await migrate(database, schemaOf([first, second]));
      const edited = schemaOf([{ ...first, text: "create table featstore.one (id bigint);" }, second]);
      expect(await migrationFailure(migrate(database, edited))).toMatchObject({
        code: "migration_edited",
        migration: "0001_first",
      });
      expect(await migrationFailure(schemaState(database, edited))).toMatchObject({ code: "migration_edited" });
      const same = [
        { ...first, text: `-- A comment.\n${first.text}` },
        { ...second, text: second.text.replaceAll("\n", "\r\n") },
      ];
      expect((await migrate(database, schemaOf(same))).applied).toEqual([]);
    });

    test("refuses a gap in the order, and a database that is too old", async () => {
      const database = await open();
      await migrate(database, schemaOf([first, second]));
      const third = { name: "0003_third", text: "select 1" };
      expect(await migrationFailure(migrate(database, schemaOf([first, third])))).toMatchObject({
        code: "migration_out_of_order",
        migration: "0002_second",
      });
      await expect(migrate(database, schemaOf([second]))).rejects.toMatchObject({ code: "schema_too_old" });
      const between = [first, { name: "0002_apart", text: "select 1" }, third];
      expect(await migrationFailure(migrate(database, schemaOf(between)))).toMatchObject({
        code: "migration_out_of_order",
      });
    });

    test("leaves nothing of failed migrations", async () => {
      const database = await open();
      await migrate(database, schemaOf([first]));
      const broken = { name: "0002_broken", text: "create table featstore.half (id int); select 1/0;" };
      const failure = await migrationFailure(migrate(database, schemaOf([first, broken])));
      expect(failure).toMatchObject({ code: "migration_failed", migration: "0002_broken" });
      expect(failure.cause).toBeInstanceOf(DatabaseError);
      expect(await tablesOf(database)).toEqual(["migrations", "one"]);
      const mended = { ...broken, text: "create table featstore.half (id int)" };
      expect((await migrate(database, schemaOf([first, mended]))).applied).toEqual(["0002_broken", "functions"]);
    });

    test("refuses invalid names and repeated numbers", async () => {
      const database = await open();
      for (const name of ["1_short", "0001-dash", "0001_'; drop schema featstore; --", "0001_Upper", ""]) {
        expect(await migrationFailure(migrate(database, schemaOf([{ name, text: "" }])))).toMatchObject({
          code: "migration_name_invalid",
        });
      }
      const twice = [first, { name: "0001_other", text: "" }];
      expect(await migrationFailure(migrate(database, schemaOf(twice)))).toMatchObject({
        code: "migration_name_invalid",
        migration: "0001_other",
      });
    });

    test("reads a folder: tables, functions, and numbered changes", async () => {
      const database = await open();
      const folder = await mkdtemp(join(tmpdir(), "featstore-test-"));
      await mkdir(join(folder, "tables"));
      await mkdir(join(folder, "functions"));
      await writeFile(join(folder, "tables/02-two.sql"), second.text.replace("int", "int references featstore.one"));
      await writeFile(
        join(folder, "tables/01-one.sql"),
        `create table featstore.one (id int primary key);
-- After the functions:
insert into featstore.one values (1), (featstore.answer());`,
      );
      await writeFile(join(folder, "functions/answer.sql"), functions);
      await writeFile(join(folder, "0048_three.sql"), "create table featstore.three (id int);");
      await writeFile(join(folder, "README.md"), "not one of them");
      await expect(migrate(database, folder)).rejects.toMatchObject({ code: "migration_failed" });
      await writeFile(
        join(folder, "tables/02-two.sql"),
        "create table featstore.two (id int references featstore.one);",
      );
      expect((await migrate(database, folder)).applied).toEqual(["0047_tables", "0048_three", "functions"]);
      expect(await tablesOf(database)).toEqual(["migrations", "one", "three", "two"]);
      expect((await migrate(database, folder)).applied).toEqual([]);
      await rm(folder, { recursive: true });
    });

    if (target.kind === "postgres") {
      test("works for a role that owns the schema and cannot create schemas, under any isolation level", async () => {
        const database = await open();
        const role = `owner_${Math.random().toString(36).slice(2, 10)}`;
        await database.script(
          `create role ${role} login; create schema featstore authorization ${role}; revoke create on schema public from public`,
        );
        const url = new URL(opened?.url ?? "");
        url.username = role;
        const limited = createPostgresDatabase({ url: url.href, prepare: false });
        try {
          await database.script(`alter role ${role} set default_transaction_isolation = 'repeatable read'`);
          const applied = await Promise.all([1, 2, 3].map(() => migrate(limited, schemaOf([first, second]))));
          expect(applied.flatMap((result) => result.applied)).toEqual(["0001_first", "0002_second", "functions"]);
        } finally {
          await limited.close();
          await database.script(`drop owned by ${role}; drop role ${role}`);
        }
      });
    }
  });
}
