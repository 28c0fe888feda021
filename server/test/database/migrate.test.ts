import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { DatabaseError } from "../../src/database/database-error";
import { type Migration, MigrationError, migrate, pendingMigrations } from "../../src/database/migrate";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const first: Migration = { name: "0001_first", text: "create table featstore.one (id int);" };
const second: Migration = {
  name: "0002_second",
  text: "create table featstore.two (id int);\ninsert into featstore.two values (1);\n-- no end of line",
};

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

    test("applies the missing migrations in order, once", async () => {
      const database = await open();
      expect((await pendingMigrations(database, [second, first])).map(({ name }) => name)).toEqual([
        "0001_first",
        "0002_second",
      ]);
      expect(await migrate(database, [first])).toEqual(["0001_first"]);
      expect(await pendingMigrations(database, [first, second])).toEqual([second]);
      expect(await migrate(database, [second, first])).toEqual(["0002_second"]);
      expect(await migrate(database, [first, second])).toEqual([]);
      expect(await tablesOf(database)).toEqual(["migrations", "one", "two"]);
      const recorded = await database.query({
        text: "select name, length(checksum) as n, applied_at is null as never from featstore.migrations order by 1",
      });
      expect(recorded).toEqual([
        { name: "0001_first", n: 64, never: false },
        { name: "0002_second", n: 64, never: false },
      ]);
    });

    test("lists the pending migrations without changing anything", async () => {
      const database = await open();
      await pendingMigrations(database, [first]);
      expect(await database.query({ text: "select nspname from pg_namespace where nspname = 'featstore'" })).toEqual(
        [],
      );
    });

    test("applies each migration once when many processes start at once", async () => {
      const database = await open();
      const many = [first, second, { name: "0003_third", text: "create table featstore.three (id int)" }];
      const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(database, many)));
      expect(applied.flat().sort()).toEqual(["0001_first", "0002_second", "0003_third"]);
      expect(await tablesOf(database)).toEqual(["migrations", "one", "three", "two"]);
    });

    test("refuses an edited migration by name and ignores changed line ends", async () => {
      const database = await open();
      await migrate(database, [first, second]);
      const edited = { ...first, text: `${first.text} -- now with a comment` };
      expect(await migrationFailure(migrate(database, [edited, second]))).toMatchObject({
        code: "migration_edited",
        migration: "0001_first",
      });
      expect(await migrationFailure(pendingMigrations(database, [edited, second]))).toMatchObject({
        code: "migration_edited",
      });
      expect(await migrate(database, [first, { ...second, text: second.text.replaceAll("\n", "\r\n") }])).toEqual([]);
    });

    test("refuses a database that is ahead, and a gap in the order", async () => {
      const database = await open();
      await migrate(database, [first, second]);
      expect(await migrationFailure(migrate(database, [first]))).toMatchObject({
        code: "database_newer",
        migration: "0002_second",
      });
      expect(await migrationFailure(migrate(database, [second]))).toMatchObject({
        code: "migration_out_of_order",
        migration: "0001_first",
      });
      const late = { name: "0001_between", text: "select 1" };
      expect(await migrationFailure(migrate(database, [late, second]))).toMatchObject({
        code: "migration_out_of_order",
      });
    });

    test("leaves nothing of a failed migration and keeps those before it", async () => {
      const database = await open();
      const broken = { name: "0002_broken", text: "create table featstore.half (id int); select 1/0;" };
      const failure = await migrationFailure(migrate(database, [first, broken]));
      expect(failure).toMatchObject({ code: "migration_failed", migration: "0002_broken" });
      expect(failure.cause).toBeInstanceOf(DatabaseError);
      expect(await tablesOf(database)).toEqual(["migrations", "one"]);
      expect(await migrate(database, [first, { ...broken, text: "create table featstore.half (id int)" }])).toEqual([
        "0002_broken",
      ]);
    });

    test("refuses invalid names and repeated numbers", async () => {
      const database = await open();
      for (const name of ["1_short", "0001-dash", "0001_'; drop schema featstore; --", "0001_Upper", ""]) {
        expect(await migrationFailure(migrate(database, [{ name, text: "" }]))).toMatchObject({
          code: "migration_name_invalid",
        });
      }
      const twice = [first, { name: "0001_other", text: "" }];
      expect(await migrationFailure(migrate(database, twice))).toMatchObject({
        code: "migration_name_invalid",
        migration: "0001_other",
      });
    });

    test("reads a folder", async () => {
      const database = await open();
      const folder = await mkdtemp(join(tmpdir(), "featstore-test-"));
      await writeFile(join(folder, "0002_second.sql"), second.text);
      await writeFile(join(folder, "0001_first.sql"), first.text);
      await writeFile(join(folder, "README.md"), "not one of them");
      expect(await migrate(database, folder)).toEqual(["0001_first", "0002_second"]);
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
          const applied = await Promise.all([1, 2, 3].map(() => migrate(limited, [first, second])));
          expect(applied.flat().sort()).toEqual(["0001_first", "0002_second"]);
        } finally {
          await limited.close();
          await database.script(`drop owned by ${role}; drop role ${role}`);
        }
      });
    }
  });
}
