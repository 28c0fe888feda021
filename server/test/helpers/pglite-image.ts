import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { migrate } from "../../src/database/migrate";
import { openPgliteDatabase } from "../../src/database/pglite-database";
import { allMigrations } from "./migrations";

const oneDayMs = 86_400_000;

/**
 * The tar file of a PGlite's data folder, new or after all migrations; made once per machine. Starting from it takes a third of the
 * time of creating a database. Images live in the folder for temporary files; unused ones are removed after a day.
 */
export async function pgliteImage(state: "empty" | "migrated"): Promise<string> {
  const prefix = `featstore-test-pglite-${process.getuid?.() ?? 0}-`;
  const content = state === "empty" ? "empty" : (await allMigrations()).checksum;
  const path = join(tmpdir(), `${prefix}${await pgliteVersion()}-${content}.tar`);
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, await createImage(state), { mode: 0o600 });
  await rename(draft, path);
  await removeOldImages(prefix, path);
  return path;
}

async function createImage(state: "empty" | "migrated"): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-test-pglite-new-"));
  try {
    const database = await openPgliteDatabase({ folder });
    try {
      if (state === "migrated") await migrate(database, (await allMigrations()).list);
    } finally {
      await database.close();
    }
    const pglite = await PGlite.create(join(folder, "data"));
    const image = await pglite.dumpDataDir("none");
    await pglite.close();
    return Buffer.from(await image.arrayBuffer());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what other checkouts or older migrations left, by the time of its creation. */
async function removeOldImages(prefix: string, current: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const path = join(tmpdir(), name);
    if (!name.startsWith(prefix) || path === current) continue;
    const created = await stat(path).catch(() => undefined);
    if (created !== undefined && created.mtimeMs < Date.now() - oneDayMs) await rm(path, { force: true });
  }
}

async function pgliteVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const text = await readFile(join(dirname(entry), "../package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
