import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { migrate } from "../../src/database/migrate";
import { openPgliteDatabase } from "../../src/database/pglite-database";
import { wholeSchema } from "./whole-schema";

const oneDayMs = 86_400_000;

/**
 * Returns the path of a tar of PGlite's data folder, new or with all migrations applied, created once per machine. Starting
 * from it takes a third of the time of creating a database. Images are temporary files; old ones are removed after a day.
 */
export async function pgliteImage(state: "empty" | "migrated"): Promise<string> {
  const prefix = imagePrefix();
  const content = state === "empty" ? "empty" : (await wholeSchema()).checksum;
  const path = join(tmpdir(), `${prefix}${await pgliteVersion()}-${content}.tar`);
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, await createImage(state), { mode: 0o600 });
  await rename(draft, path);
  await removeOldImages(prefix, path);
  return path;
}

/** Returns the folder of an embedded database with all migrations, created once per machine. Copying it takes a tenth of the time of creating one. */
export async function pgliteFolder(): Promise<string> {
  const prefix = imagePrefix();
  const { checksum, schema } = await wholeSchema();
  const path = join(tmpdir(), `${prefix}${await pgliteVersion()}-folder-${checksum}`);
  if (existsSync(path)) return path;
  const draft = await mkdtemp(`${path}-`);
  const database = await openPgliteDatabase({ folder: draft });
  try {
    await migrate(database, schema);
  } finally {
    await database.close();
  }
  await removeOldImages(prefix, path);
  await rename(draft, path).catch(async (error: unknown) => {
    // Another process was faster.
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  });
  return path;
}

declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

let compiled: Promise<object> | undefined;

/**
 * Keeps PGlite's compiled code in this process: V8 shares it among threads as long as one of them holds it. Opening a
 * PGlite then takes half of the time, and its first statements far less.
 */
export async function keepPgliteCode(): Promise<void> {
  compiled ??= readFile(join(dirname(pgliteEntry()), "pglite.wasm")).then((bytes) => WebAssembly.compile(bytes));
  await compiled;
}

async function createImage(state: "empty" | "migrated"): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-test-pglite-new-"));
  try {
    const database = await openPgliteDatabase({ folder });
    try {
      if (state === "migrated") await migrate(database, (await wholeSchema()).schema);
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
    if (created !== undefined && created.mtimeMs < Date.now() - oneDayMs)
      await rm(path, { recursive: true, force: true });
  }
}

function imagePrefix(): string {
  return `featstore-test-pglite-${process.getuid?.() ?? 0}-`;
}

function pgliteEntry(): string {
  return createRequire(import.meta.url).resolve("@electric-sql/pglite");
}

async function pgliteVersion(): Promise<string> {
  const text = await readFile(join(dirname(pgliteEntry()), "../package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
