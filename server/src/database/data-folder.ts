import { randomBytes } from "node:crypto";
import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { isProcessAlive, processIdentity } from "./process-identity";
import { isSocketAnswering } from "./socket-address";

export type DataFolderErrorCode = "data_folder_locked" | "data_folder_unusable";

/** A failure to open a data folder. `holder` is set if another process holds it. */
export class DataFolderError extends Error {
  constructor(
    readonly code: DataFolderErrorCode,
    message: string,
    readonly folder: string,
    readonly holder?: DataFolderHolder,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "DataFolderError";
  }
}

/** The process that holds a data folder, and the socket of its database. */
export interface DataFolderHolder {
  readonly pid: number;
  readonly hostname: string;
  readonly socketPath: string;
}

/** A data folder that this process holds until `release`. */
export interface DataFolder {
  readonly folder: string;
  /** The folder for `openPgliteDatabase`. */
  readonly databaseFolder: string;
  /** The socket on which this process serves its database to others (`serveDatabase`). */
  readonly socketPath: string;
  release(): Promise<void>;
}

interface LockContent extends DataFolderHolder {
  /** Distinguishes this process from a later one with the same pid; undefined if the system does not support it. */
  readonly identity: string | undefined;
  readonly released: boolean;
}

interface Lock {
  readonly number: number;
  readonly content: LockContent;
}

const socketName = "database.sock";
// A Unix socket path has at most 108 bytes including its terminator on Linux, 104 elsewhere.
const socketPathBytes = 103;
const lockPattern = /^lock-(\d{6})\.json$/;

// A lock is a numbered file; the highest number counts. To take over a dead process's lock, a process creates the next
// number, which only one can do. The highest file is replaced but never deleted, so a number is never used twice.
const lockName = (number: number) => `lock-${String(number).padStart(6, "0")}.json`;

async function latestLock(folder: string): Promise<Lock | undefined> {
  const names = (await readdir(folder)).filter((name) => lockPattern.test(name)).sort();
  const name = names.at(-1);
  if (name === undefined) return undefined;
  const text = await readFile(join(folder, name), "utf8").catch(() => undefined);
  // Deleted between the two reads: a newer lock exists.
  if (text === undefined) return latestLock(folder);
  return { number: Number(lockPattern.exec(name)?.[1]), content: JSON.parse(text) as LockContent };
}

async function isHeld({ content }: Lock): Promise<boolean> {
  if (content.released) return false;
  if (content.hostname === hostname() && (await isProcessAlive(content.pid, content.identity))) return true;
  // A process in another container is not in this process table, but its socket responds.
  return isSocketAnswering(content.socketPath);
}

/** Writes a file atomically; false if the name is taken. */
async function createWhole(folder: string, name: string, text: string): Promise<boolean> {
  const draft = join(folder, `draft-${randomBytes(8).toString("hex")}`);
  await writeFile(draft, text, { mode: 0o600 });
  try {
    await link(draft, join(folder, name));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Chooses a path in the folder, or in a private temporary folder if that path would be too long. */
async function chooseSocketPath(folder: string): Promise<string> {
  const inside = join(folder, socketName);
  if (Buffer.byteLength(inside) <= socketPathBytes) return inside;
  return join(await mkdtemp(join(tmpdir(), "featstore-")), socketName);
}

async function removeSocket(folder: string, socketPath: string): Promise<void> {
  await rm(socketPath, { force: true });
  if (dirname(socketPath) !== folder) await rm(dirname(socketPath), { recursive: true, force: true });
}

function lockedError(folder: string, holder: DataFolderHolder): DataFolderError {
  const message = `The data folder ${folder} is held by process ${holder.pid}.`;
  return new DataFolderError("data_folder_locked", message, folder, holder);
}

/** Finds the folder's holder; undefined if there is no holder or no folder. */
export async function findDataFolderHolder(path: string): Promise<DataFolderHolder | undefined> {
  const lock = await latestLock(resolve(path)).catch(() => undefined);
  if (lock === undefined || !(await isHeld(lock))) return undefined;
  const { pid, hostname: host, socketPath } = lock.content;
  return { pid, hostname: host, socketPath };
}

/**
 * Locks a data folder for this process and creates it (mode 0700) if needed. Takes over the lock of a process that is gone.
 *
 * Throws `DataFolderError`: `data_folder_locked` while another process (or this one) holds it, `data_folder_unusable` if it cannot be
 * created or written.
 *
 * @example
 * const folder = await openDataFolder(".featstore");
 * const database = await openPgliteDatabase({ folder: folder.databaseFolder });
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = resolve(path);
  try {
    await makeFolder(folder);
    const socketPath = await chooseSocketPath(folder);
    try {
      return await takeLock(folder, socketPath);
    } catch (error) {
      if (dirname(socketPath) !== folder) await removeSocket(folder, socketPath);
      throw error;
    }
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(
      "data_folder_unusable",
      `The data folder ${folder} cannot be used: ${reason}`,
      folder,
      undefined,
      {
        cause: error,
      },
    );
  }
}

async function takeLock(folder: string, socketPath: string): Promise<DataFolder> {
  const latest = await latestLock(folder);
  if (latest !== undefined && (await isHeld(latest))) throw lockedError(folder, latest.content);
  const content: LockContent = {
    pid: process.pid,
    hostname: hostname(),
    identity: await processIdentity(process.pid),
    socketPath,
    released: false,
  };
  const number = (latest?.number ?? 0) + 1;
  const created = await createWhole(folder, lockName(number), JSON.stringify(content));
  const newest = await latestLock(folder);
  if (!created || newest?.number !== number) {
    // Another process was faster. Our file, if created, reused a number that had been cleaned up.
    if (created) await rm(join(folder, lockName(number)), { force: true });
    return takeLock(folder, socketPath);
  }
  await removeOlder(folder, number);
  // Removes the socket of a dead holder.
  if (latest !== undefined) await removeSocket(folder, latest.content.socketPath);
  return {
    folder,
    databaseFolder: join(folder, "database"),
    socketPath,
    release: () => release(folder, number, content),
  };
}

async function removeOlder(folder: string, number: number): Promise<void> {
  const names = await readdir(folder);
  const older = names.filter((name) => lockPattern.test(name) && name < lockName(number));
  await Promise.all(older.map((name) => rm(join(folder, name), { force: true })));
}

async function release(folder: string, number: number, content: LockContent): Promise<void> {
  const draft = join(folder, `draft-${randomBytes(8).toString("hex")}`);
  await writeFile(draft, JSON.stringify({ ...content, released: true }), { mode: 0o600 });
  await rename(draft, join(folder, lockName(number)));
  await removeSocket(folder, content.socketPath);
}

/** Creates folders one by one, since a recursive `mkdir` never returns below a folder such as /proc. */
async function makeFolder(folder: string, parentIsThere = false): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    const parent = dirname(folder);
    if (code !== "ENOENT" || parentIsThere || parent === folder) throw error;
    await makeFolder(parent);
    await makeFolder(folder, true);
  }
}
