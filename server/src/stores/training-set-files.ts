import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";

/** A file on its way to the disk. */
export interface FileWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Waits until the bytes are on the disk. */
  close(): Promise<void>;
}

/** The folders of training sets: `.building-<id>` while one is made, `<id>` from its end on, which is never written again. */
export interface TrainingSetFiles {
  /** Makes the folder of a job. */
  make(id: string): Promise<void>;
  /** A file in it. */
  create(id: string, file: string): Promise<FileWriter>;
  /** A compressed one. */
  createGzip(id: string, file: string): Promise<FileWriter>;
  /** Shows the folder under its final name. */
  publish(id: string, manifest: string): Promise<void>;
  /** Removes whatever there is of a job. */
  remove(id: string): Promise<void>;
  /** The bytes of a finished one's file; undefined where it is not here. */
  size(id: string, file: string): Promise<number | undefined>;
  /** Bytes `first` to `last` of a finished one's file, opened when they are asked for. */
  read(id: string, file: string, first: number, last: number): ReadableStream<Uint8Array>;
  /** The text of a finished one's compressed file. */
  readGzip(id: string, file: string): AsyncIterable<Uint8Array>;
  /** The ids of which there is a folder. */
  ids(): Promise<readonly string[]>;
}

const BUILDING = ".building-";

/** Folders below `root`, which is made when it is needed. */
export function createTrainingSetFiles(root: string): TrainingSetFiles {
  const building = (id: string) => join(root, `${BUILDING}${id}`);
  const finished = (id: string) => join(root, id);
  return {
    make: async (id) => void (await mkdir(building(id), { recursive: true })),
    async create(id, file) {
      const handle = await open(join(building(id), file), "wx");
      return {
        write: (bytes) => writeAll(handle, bytes),
        close: async () => {
          await handle.sync();
          await handle.close();
        },
      };
    },
    async createGzip(id, file) {
      const gzip = createGzip({ level: 1 });
      const target = createWriteStream(join(building(id), file), { flags: "wx" });
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
    async publish(id, manifest) {
      await writeFile(join(building(id), "manifest.json"), manifest, { flag: "wx", flush: true });
      await rename(building(id), finished(id));
    },
    async remove(id) {
      await rm(building(id), { recursive: true, force: true });
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
    // A failure destroys all of it with its error, which the reader of the last part meets.
    readGzip: (id, file) => pipeline(createReadStream(join(finished(id), file)), createGunzip(), () => undefined),
    async ids() {
      const names = await readdir(root).catch(() => []);
      return names.map((name) => (name.startsWith(BUILDING) ? name.slice(BUILDING.length) : name));
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let from = 0;
  while (from < bytes.byteLength) from += (await handle.write(bytes, from)).bytesWritten;
}
