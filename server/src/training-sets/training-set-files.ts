import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import type { HeldTrainingSet } from "./training-set-types";

/** Writes a file. */
export interface FileWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Waits until the bytes are on disk. */
  close(): Promise<void>;
}

/** One process's work on a job; a process that resumes the job has another token and folder. */
type Work = Pick<HeldTrainingSet, "id" | "token">;

/**
 * The folders of training sets: `.building-<id>-<token>` while one is built, then `<id>`, which is never written again.
 */
export interface TrainingSetFiles {
  /** Creates the folder of a job. */
  make(work: Work): Promise<void>;
  /** Creates a file in a job's folder. */
  create(work: Work, file: string): Promise<FileWriter>;
  /** Creates a compressed file in a job's folder. */
  createGzip(work: Work, file: string): Promise<FileWriter>;
  /** Reads and decompresses a file of a job's folder. */
  readBuiltGzip(work: Work, file: string): AsyncIterable<Uint8Array>;
  /** Moves a file to another work under another name and replaces a file there; does nothing if it does not exist. */
  move(from: Work, to: Work, file: string, name: string): Promise<void>;
  /** Removes a file of a job's folder. */
  removeBuilt(work: Work, file: string): Promise<void>;
  /** Renames the folder to its final name and replaces one that a dead process left. */
  publish(work: Work, manifest: string): Promise<void>;
  /** Removes the folder of a job. */
  discard(work: Work): Promise<void>;
  /** Removes all files of a training set. */
  remove(id: string): Promise<void>;
  /** Returns the size of a finished training set's file; undefined if it is not on this machine. */
  size(id: string, file: string): Promise<number | undefined>;
  /** Streams bytes `first` to `last` of a finished training set's file; opens it on the first read. */
  read(id: string, file: string, first: number, last: number): ReadableStream<Uint8Array>;
  /** Reads and decompresses a file of a finished training set. */
  readGzip(id: string, file: string): AsyncIterable<Uint8Array>;
  /** Lists the ids that have a folder. */
  ids(): Promise<readonly string[]>;
  /** Lists the jobs that have a folder. */
  works(): Promise<readonly Work[]>;
}

const BUILDING = ".building-";
const ID = /^[a-z2-7]{16}$/;
const WORK = /^\.building-([a-z2-7]{16})-(\d+)$/;

/** Manages folders below `root`, which is created when needed. */
export function createTrainingSetFiles(root: string): TrainingSetFiles {
  const building = ({ id, token }: Work) => join(root, `${BUILDING}${id}-${token}`);
  const finished = (id: string) => join(root, id);
  // A failure destroys the whole pipeline; the reader of the last stream receives the error.
  const gunzip = (path: string) => pipeline(createReadStream(path), createGunzip(), () => undefined);
  const works = async (): Promise<readonly Work[]> => {
    const names = await readdir(root).catch(() => []);
    return names.flatMap((name) => {
      const [, id, token] = WORK.exec(name) ?? [];
      return id === undefined || token === undefined ? [] : [{ id, token }];
    });
  };
  return {
    make: async (work) => void (await mkdir(building(work), { recursive: true })),
    async create(work, file) {
      const handle = await open(join(building(work), file), "wx");
      return {
        write: (bytes) => writeAll(handle, bytes),
        close: async () => {
          await handle.sync();
          await handle.close();
        },
      };
    },
    async createGzip(work, file) {
      const gzip = createGzip({ level: 1 });
      const target = createWriteStream(join(building(work), file), { flags: "wx" });
      const done = new Promise<void>((resolve, reject) => {
        target.once("close", resolve);
        target.once("error", reject);
        gzip.once("error", reject);
      });
      // The next write or `close` reports it.
      done.catch(() => undefined);
      gzip.pipe(target);
      return {
        write: (bytes) =>
          new Promise((resolve, reject) => gzip.write(bytes, (error) => (error ? reject(error) : resolve()))),
        close: () => {
          gzip.end();
          return done;
        },
      };
    },
    readBuiltGzip: (work, file) => gunzip(join(building(work), file)),
    async move(from, to, file, name) {
      try {
        await rename(join(building(from), file), join(building(to), name));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      }
    },
    removeBuilt: (work, file) => rm(join(building(work), file), { force: true }),
    async publish(work, manifest) {
      await writeFile(join(building(work), "manifest.json"), manifest, { flag: "wx", flush: true });
      await rm(finished(work.id), { recursive: true, force: true });
      await rename(building(work), finished(work.id));
    },
    discard: (work) => rm(building(work), { recursive: true, force: true }),
    async remove(id) {
      for (const work of await works()) if (work.id === id) await rm(building(work), { recursive: true, force: true });
      await rm(finished(id), { recursive: true, force: true });
    },
    async size(id, file) {
      return (await stat(join(finished(id), file)).catch(() => undefined))?.size;
    },
    read(id, file, first, last) {
      const options = { start: first, end: last };
      let source: AsyncIterator<Uint8Array> | undefined;
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            source ??= createReadStream(join(finished(id), file), options)[Symbol.asyncIterator]();
            const { done, value } = await source.next();
            if (done === true) controller.close();
            else controller.enqueue(value);
          },
          cancel: async () => void (await source?.return?.()),
        },
        // Does not open the file before the first read: a HEAD response has no reader.
        { highWaterMark: 0 },
      );
    },
    readGzip: (id, file) => gunzip(join(finished(id), file)),
    async ids() {
      const names = await readdir(root).catch(() => []);
      return names.filter((name) => ID.test(name));
    },
    works,
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let from = 0;
  while (from < bytes.byteLength) from += (await handle.write(bytes, from)).bytesWritten;
}
