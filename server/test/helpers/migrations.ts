import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { checksumOf, inOrder, type Migration, readMigrations } from "../../src/database/migration-files";

export interface AllMigrations {
  readonly list: readonly Migration[];
  /** Short hash of their names and texts; names the databases that are made from them. */
  readonly checksum: string;
}

let read: Promise<AllMigrations> | undefined;

/** All migrations of this checkout, read once per process. */
export function allMigrations(): Promise<AllMigrations> {
  read ??= readAll();
  return read;
}

async function readAll(): Promise<AllMigrations> {
  const list = inOrder(await readMigrations(fileURLToPath(new URL("../../../migrations", import.meta.url))));
  const hash = createHash("sha256");
  for (const migration of list) hash.update(`${migration.name} ${checksumOf(migration)}\n`);
  return { list, checksum: hash.digest("hex").slice(0, 16) };
}
