import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import type { HeldTrainingSet } from "./training-set-store";

/** A file on its way to the disk. */
export interface FileWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Waits until the bytes are on the disk. */
  close(): Promise<void>;
}

/** One process's work on a job; who takes the job up has another token, and another folder. */
type Work = Pick<HeldTrainingSet, "id" | "token">;

/**
 * The folders of training sets: `.building-<id>-<token>` while one is made, `<id>` from its end on, which is never
 * written again.
 */
export interface TrainingSetFiles {
  /** Makes the folder of a job. */
  make(work: Work): Promise<void>;
  /** A file in it. */
  create(work: Work, file: string): Promise<FileWriter>;
  /** A compressed one. */
  createGzip(work: Work, file: string): Promise<FileWriter>;
  /** The text of a compressed one. */
  readBuiltGzip(work: Work, file: string): AsyncIterable<Uint8Array>;
  /** Moves one to another work on the job, under another name, in place of one of that name; nothing where there is none. */
  move(from: Work, to: Work, file: string, name: string): Promise<void>;
  /** Removes one. */
  removeBuilt(work: Work, file: string): Promise<void>;
  /** Shows the folder under its final name, in place of one that a dead process left there. */
  publish(work: Work, manifest: string): Promise<void>;
  /** Removes the folder of a job. */
  discard(work: Work): Promise<void>;
  /** Removes whatever there is of a training set. */
  remove(id: string): Promise<void>;
  /** The bytes of a finished one's file; undefined where it is not here. */
  size(id: string, file: string): Promise<number | undefined>;
  /** Bytes `first` to `last` of a finished one's file, opened when they are asked for. */
  read(id: string, file: string, first: number, last: number): ReadableStream<Uint8Array>;
  /** The text of a finished one's compressed file. */
  readGzip(id: string, file: string): AsyncIterable<Uint8Array>;
  /** The ids of which there is a folder. */
  ids(): Promise<readonly string[]>;
  /** The jobs of which there is a folder. */
  works(): Promise<readonly Work[]>;
}

const BUILDING = ".building-";
const ID = /^[a-z2-7]{16}$/;
const WORK = /^\.building-([a-z2-7]{16})-(\d+)$/;

/** Folders below `root`, which is made when it is needed. */
export function createTrainingSetFiles(root: string): TrainingSetFiles {
  const building = ({ id, token }: Work) => join(root, `${BUILDING}${id}-${token}`);
  const finished = (id: string) => join(root, id);
  // A failure destroys all of it with its error, which the reader of the last part meets.
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
      // It is told by the next write or by `close`, whichever comes.
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
        // Not before somebody reads: the answer to a HEAD request has no reader.
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
