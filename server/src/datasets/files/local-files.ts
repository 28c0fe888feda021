import type { Dirent } from "node:fs";
import { cp, type FileHandle, lstat, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { randomId } from "../../core/index";
import type { SnapshotFiles, StoredFolder } from "./snapshot-files";
import { faultCode, storageFault } from "./storage-fault";
import { isStoragePath, requireStoragePath } from "./storage-path";

const CHUNK_BYTES = 131_072;

/** Keeps the files in folders below `root`, which is created when needed. */
export function createLocalFiles(root: string): SnapshotFiles {
  const at = (path: string) => join(root, requireStoragePath(path));
  return {
    kind: "local",
    publish: (localFolder, folder, signal) => orFault(() => publish(localFolder, at(folder), signal)),
    size: (path) =>
      orFault(async () => {
        const found = isStoragePath(path) ? await ifExists(stat(at(path))) : undefined;
        return found?.isFile() ? found.size : undefined;
      }),
    changedAt: (path) =>
      orFault(async () => {
        const found = isStoragePath(path) ? await ifExists(stat(at(path), { bigint: true })) : undefined;
        // Programs can set the time of the content, but not this one.
        return found === undefined ? undefined : found.ctimeNs / 1000n;
      }),
    read: (path, first, last) => readFrom(() => open(at(path)), first, last),
    remove: (folder) => orFault(() => rm(at(folder), { recursive: true, force: true })),
    folders: (parent) =>
      orFault(async () => {
        const entries = await entriesOf(parent === "" ? root : at(parent));
        const found: StoredFolder[] = [];
        for (const entry of entries.filter((each) => each.isDirectory())) {
          const total = await totalOf(join(entry.parentPath, entry.name));
          const folder = parent === "" ? entry.name : `${parent}/${entry.name}`;
          found.push({ folder, bytes: total.bytes, changedAt: BigInt(Math.trunc(total.changedMs * 1000)) });
        }
        return found.sort((left, right) => (left.folder < right.folder ? -1 : 1));
      }),
    signedUrl: async () => null,
  };
}

/** Reads with one buffer's worth of memory per chunk that the reader has not taken. */
function readFrom(openFile: () => Promise<FileHandle>, first: number, last: number): ReadableStream<Uint8Array> {
  let handle: FileHandle | undefined;
  let position = first;
  const close = async () => {
    const open = handle;
    handle = undefined;
    await open?.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          handle ??= await openFile();
          const wanted = Math.min(CHUNK_BYTES, last - position + 1);
          const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.max(wanted, 0)), 0, wanted, position);
          position += bytesRead;
          if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
          if (bytesRead > 0 && position <= last) return;
          await close();
          controller.close();
        } catch (error) {
          await close().catch(() => undefined);
          throw storageFault(error);
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

async function publish(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  const files = await filesOf(from);
  const stored = await filesOf(to);
  // A repetition after a success.
  if (stored.length > 0 && (files.length === 0 || files.join() === stored.join())) {
    await rm(from, { recursive: true, force: true });
    return;
  }
  await mkdir(dirname(to), { recursive: true });
  await syncAll(from, signal);
  // What a crash leaves has a name of its own, which collecting garbage finds.
  const aside = (name: string) => join(dirname(to), `.${name}-${randomId()}`);
  const replaced = aside("replaced");
  await ifExists(rename(to, replaced));
  try {
    await rename(from, to);
  } catch (error) {
    if (faultCode(error) !== "EXDEV") throw error;
    await copyTo(from, to, aside("publishing"), signal);
  }
  await sync(dirname(to));
  await rm(replaced, { recursive: true, force: true });
}

/** Copies a folder from another file system. */
async function copyTo(from: string, to: string, copy: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await cp(from, copy, { recursive: true, errorOnExist: true });
    await syncAll(copy, signal);
    await rename(copy, to);
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    throw error;
  }
  await rm(from, { recursive: true, force: true });
}

/** Lists the files below a folder with their sizes, sorted; none if there is no folder. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = (await ifExists(readdir(folder, { withFileTypes: true, recursive: true }))) ?? [];
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => `${relative(folder, path)} ${(await ifExists(lstat(path)))?.size}`),
  );
  return files.sort();
}

async function syncAll(folder: string, signal: AbortSignal | undefined): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    signal?.throwIfAborted();
    const path = join(folder, entry.name);
    await (entry.isDirectory() ? syncAll(path, signal) : sync(path));
  }
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function totalOf(folder: string): Promise<{ bytes: number; changedMs: number }> {
  const total = { bytes: 0, changedMs: (await ifExists(lstat(folder)))?.mtimeMs ?? 0 };
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    const found = entry.isDirectory() ? await totalOf(path) : await fileOf(path);
    total.bytes += found.bytes;
    total.changedMs = Math.max(total.changedMs, found.changedMs);
  }
  return total;
}

async function fileOf(path: string) {
  const found = await ifExists(lstat(path));
  return { bytes: found?.size ?? 0, changedMs: found?.mtimeMs ?? 0 };
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return (await ifExists(readdir(folder, { withFileTypes: true }))) ?? [];
}

async function ifExists<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(faultCode(error))) return undefined;
    throw error;
  }
}

async function orFault<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw storageFault(error);
  }
}
