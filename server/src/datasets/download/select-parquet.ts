import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ParquetThread } from "../../columnar/index";
import { randomId } from "../../core/index";
import type { SelectParquet } from "./selected-bytes";

/** Begins the names of folders with copies of files that are being read. */
export const SELECTING = ".selecting-";

/** Selects columns in the thread for Parquet, from copies below `workFolder`, because the files may be on S3. */
export function createSelectParquet(parquet: ParquetThread, workFolder: string): SelectParquet {
  return async function* selectParquet(sources, columns, onRows, signal) {
    const folder = join(workFolder, `${SELECTING}${randomId()}`);
    const session = parquet.openWrite({ signal });
    try {
      await mkdir(folder, { recursive: true });
      const paths: string[] = [];
      for (const [index, open] of sources.entries()) {
        const path = join(folder, `${index}.parquet`);
        await pipeline(Readable.from(open()), createWriteStream(path), signal === undefined ? {} : { signal });
        paths.push(path);
      }
      const plans = columns.map(({ name, type, nullable, role }) => ({ name, type, nullable, isKey: role === "key" }));
      await session.call("beginSelection", { paths, columns: plans });
      for (;;) {
        const { bytes, rows } = await session.call("readSelection", null);
        onRows(rows);
        if (bytes === null) return;
        yield bytes;
      }
    } finally {
      session.end();
      await rm(folder, { recursive: true, force: true });
    }
  };
}
