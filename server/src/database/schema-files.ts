import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MigrationError } from "./migration-error";

/** One migration: `{ name: "0048_labels", text: "alter table … add column …" }`. */
export interface Migration {
  /** `NNNN_name`, without extension. */
  readonly name: string;
  /** SQL that can run inside a transaction. What follows the line `-- After the functions:` runs after them. */
  readonly text: string;
}

/** The schema `featstore`, as files: its number is that of the last migration. */
export interface Schema {
  /** In order. The first creates all tables. */
  readonly migrations: readonly Migration[];
  /** The statements that create or replace every function. */
  readonly functions: string;
}

/** The migration that creates the tables: the files of the folder `tables`. */
const TABLES = "0047_tables";

const namePattern = /^\d{4}_[a-z0-9_]{1,50}$/;
const marker = /^-- After the functions:$/m;

/**
 * Reads the schema from a folder with the folders `tables` and `functions`, and with `NNNN_name.sql` files that change the
 * tables. Ignores files that do not end in `.sql`.
 */
export async function readSchema(folder: string): Promise<Schema> {
  const [tables, functions, changes] = await Promise.all([
    readFiles(join(folder, "tables")),
    readFiles(join(folder, "functions")),
    readFiles(folder),
  ]);
  const parts = tables.map(({ text }) => partsOf(text));
  const text = [...parts.map(({ before }) => before), "-- After the functions:", ...parts.map(({ after }) => after)];
  return {
    migrations: inOrder([{ name: TABLES, text: text.join("\n") }, ...changes]),
    functions: functions.map((file) => file.text).join("\n"),
  };
}

async function readFiles(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -".sql".length),
      text: await readFile(join(folder, file), "utf8"),
    })),
  );
}

/** Splits a migration into the statements before and after the functions. */
export function partsOf(text: string): { readonly before: string; readonly after: string } {
  const [before = "", after = ""] = text.replaceAll("\r\n", "\n").split(marker);
  return { before, after };
}

/** Checks the names and sorts the migrations by number. */
export function inOrder(migrations: readonly Migration[]): Migration[] {
  const sorted = [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1));
  sorted.forEach(({ name }, index) => {
    if (!namePattern.test(name)) {
      throw new MigrationError(
        "migration_name_invalid",
        `Expected a migration name such as NNNN_name, got ${JSON.stringify(name)}.`,
        name,
      );
    }
    if (sorted[index - 1]?.name.slice(0, 4) === name.slice(0, 4)) {
      throw new MigrationError("migration_name_invalid", `Two migrations have the number ${name.slice(0, 4)}.`, name);
    }
  });
  return sorted;
}

/** Computes the checksum of a text. Ignores line endings, since a checkout may change them. */
export function checksumOf(text: string): string {
  return createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
}

/** Computes a migration's checksum. Comments on lines of their own do not count, so that they can be corrected. */
export function migrationChecksum({ text }: Migration): string {
  return checksumOf(text.replaceAll(/^[ \t]*--.*(?:\r?\n|$)/gm, ""));
}
