import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MigrationError } from "./migration-error";

/** One migration: `{ name: "0001_registry", text: "create table …" }`. */
export interface Migration {
  /** `NNNN_name`, without extension. */
  readonly name: string;
  /** SQL that can run inside a transaction. */
  readonly text: string;
}

const namePattern = /^\d{4}_[a-z0-9_]{1,50}$/;

/** Reads the migrations of a folder in order. Ignores files that do not end in `.sql`. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql"));
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -".sql".length),
      text: await readFile(join(folder, file), "utf8"),
    })),
  );
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

/** Computes a migration's checksum. Ignores line endings, since a checkout may change them. */
export function checksumOf({ text }: Migration): string {
  return createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
}
