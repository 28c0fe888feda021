import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FeatureView, quoteName, quoteText } from "@featstore/definitions/compiler";
import { randomId } from "../../core/index";
import type { CallOptions, Database } from "../../database/index";
import { keyColumns } from "../applied-view";
import { withDuckdb } from "../duckdb/process/index";
import { createSpineCopies, spineFile } from "../duckdb/spine-copies";
import { spinesFolderName } from "../folder-names";
import type { Spine, Spines } from "../spines";
import type { OpenSpark } from "./open-spark";
import { openResultsBucket } from "./results-bucket";

/** The folders of spines in the bucket of a Spark engine, with copies for Spark and what it joins to them. */
export interface SpineFolders extends Pick<Spines, "removeSpine" | "sweepSpines"> {
  /** The local folder of DuckDB's copy. */
  localFolderOf(spine: Spine): string;
  /**
   * Copies a spine to this machine and from there into the bucket, each unless it is there. Returns the path of the folder with the
   * copy's files. `view` is one of the spine's entity.
   */
  make(spine: Spine, view: FeatureView, options?: CallOptions): Promise<string>;
  /** Returns the path of a new folder, for rows joined to a spine. */
  newFolder(spine: Spine, options?: CallOptions): Promise<string>;
}

/** Names the folder in the bucket that has the whole copy. */
const UPLOADED = "uploaded.txt";

/** Rows of one file of the copy, and so of one task of Spark. */
const ROWS_PER_FILE = 245_760;

export function createSpineFolders(database: Database, engine: OpenSpark): SpineFolders {
  const bucket = openResultsBucket(engine);
  const copies = createSpineCopies(engine.files, database);

  const folderOf = async ({ id }: Spine, options?: CallOptions): Promise<string> =>
    `${await spinesFolderName(database, options)}/${id}`;
  const newFolder = async (spine: Spine, options?: CallOptions): Promise<string> =>
    bucket.pathOf(`${await folderOf(spine, options)}/${randomId()}`);

  /** Writes the local copy into several files, with keys of the types that Spark has. */
  async function upload(spine: Spine, view: FeatureView, to: string, options: CallOptions): Promise<void> {
    const local = copies.folderOf(spine);
    const uuids = keyColumns(view).filter(({ databaseType }) => databaseType === "uuid");
    const texts = uuids.map(({ name }) => `cast(${quoteName(name)} as varchar) as ${quoteName(name)}`);
    const columns = texts.length === 0 ? "*" : `* replace (${texts.join(", ")})`;
    await withDuckdb(engine.files, { ...options, folders: [local, to] }, (duckdb) =>
      duckdb.run(
        `copy (select ${columns} from read_parquet(${quoteText(spineFile(local))})) to ${quoteText(to)}
(format parquet, per_thread_output, row_group_size ${ROWS_PER_FILE}, row_groups_per_file 1)`,
      ),
    );
  }

  return {
    newFolder,
    localFolderOf: copies.folderOf,
    async make(spine, view, options = {}) {
      await copies.make(spine, view, options);
      const marker = join(copies.folderOf(spine), UPLOADED);
      const known = await readFile(marker, "utf8").catch(() => null);
      if (known !== null) return known;
      const folder = await newFolder(spine, options);
      await upload(spine, view, folder, options);
      await writeFile(marker, folder);
      return folder;
    },
    async removeSpine(spine) {
      await copies.removeSpine(spine);
      await bucket.remove([`${await folderOf(spine)}/`]);
    },
    async sweepSpines(endedOf) {
      await copies.sweepSpines(endedOf);
      const root = await spinesFolderName(database);
      const ids = await bucket.namesIn(`${root}/`);
      if (ids.length > 0) await bucket.remove((await endedOf(ids)).map((id) => `${root}/${id}/`));
    },
  };
}
