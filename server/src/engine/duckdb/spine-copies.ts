import { createWriteStream } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { FeatureView } from "@featstore/definitions/compiler";
import { randomId } from "../../core/index";
import { type CallOptions, type Database, quoteName, quoteText } from "../../database/index";
import { keyColumns } from "../applied-view";
import type { Spine, SpineAt, Spines } from "../spines";
import { createInStaging, type OpenEngine, withDuckdb } from "./process/index";

/** The copies of spines as Parquet files, from their tables in PostgreSQL, in a folder for each spine. */
export interface SpineCopies extends Pick<Spines, "removeSpine" | "sweepSpines"> {
  /** The folder of a spine's copy. */
  folderOf(spine: Spine): string;
  /** Makes the copy unless it exists. `view` is one of the spine's entity. */
  make(spine: Spine, view: FeatureView, options?: CallOptions): Promise<void>;
}

/** The file with a spine's copy in its folder. */
export function spineFile(folder: string): string {
  return join(folder, "spine.parquet");
}

/** The relation that `createSpineView` creates in a session. */
export const SPINE_VIEW = { schema: "featstore", table: "training_spine" } as const;

/** Rows of a spine, by their numbers: from the first to before the end. */
export interface SpineRange {
  readonly first: number;
  readonly end: number;
}

/** Returns the statements that create the view of a copied spine at its times in a session; `range` keeps a part of its rows. */
export function spineViewTexts(
  folder: string,
  { secondsLater }: Pick<SpineAt, "secondsLater">,
  range: SpineRange | null = null,
): readonly string[] {
  const rows = `read_parquet(${quoteText(spineFile(folder))})`;
  const part = range === null ? "" : ` where "_row" >= ${range.first} and "_row" < ${range.end}`;
  return [
    `create schema if not exists ${SPINE_VIEW.schema}`,
    `create or replace view ${SPINE_VIEW.schema}.${SPINE_VIEW.table} as select * replace ("_as_of" + to_seconds(${secondsLater}) as "_as_of") from ${rows}${part}`,
  ];
}

export function createSpineCopies(engine: OpenEngine, database: Database): SpineCopies {
  const root = join(engine.settings.staging, "spines");
  const folderOf = ({ id }: Spine) => join(root, id);
  return {
    folderOf,
    async make(spine, view, options = {}) {
      const folder = folderOf(spine);
      if (await exists(spineFile(folder))) return;
      await createInStaging(engine, folder);
      const name = randomId();
      const lines = join(folder, `${name}.jsonl`);
      const rows = join(folder, `${name}.parquet`);
      const bytes = unescaped(database.copyTo(linesQuery(spine, view), options));
      await pipeline(bytes, createWriteStream(lines, { mode: 0o600 }));
      await withDuckdb(engine, { ...options, folders: [folder] }, (duckdb) =>
        duckdb.run(`copy (\n${rowsQuery(lines, view)}\n) to ${quoteText(rows)} (format parquet)`),
      );
      await rm(lines);
      await rename(rows, spineFile(folder));
    },
    removeSpine: (spine) => rm(folderOf(spine), { recursive: true, force: true }),
    async sweepSpines(endedOf) {
      const ids = await readdir(root).catch(() => []);
      if (ids.length === 0) return;
      for (const id of await endedOf(ids)) await rm(folderOf({ id }), { recursive: true, force: true });
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Selects the rows of a spine's table, each as a JSON array of texts. */
function linesQuery({ id }: Spine, view: FeatureView): string {
  const texts = [
    '"_row"::text',
    '"_tenant"',
    ...keyColumns(view).map(({ name }) => `${quoteName(name)}::text`),
    `to_char("_as_of" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    '"_passthrough"',
  ];
  return `select json_build_array(${texts.join(", ")})::text from featstore.${quoteName(`training_spine_${id}`)} order by "_row"`;
}

/** Reads these rows in DuckDB, in the types of the spine's table. */
function rowsQuery(lines: string, view: FeatureView): string {
  const columns = [
    { name: "_row", type: "bigint" },
    { name: "_tenant", type: "varchar" },
    ...keyColumns(view).map(({ name, databaseType }) => ({ name, type: databaseType })),
    { name: "_as_of", type: "timestamptz" },
    { name: "_passthrough", type: "varchar" },
  ];
  const items = columns.map(({ name, type }, index) => `cast(texts[${index + 1}] as ${type}) as ${quoteName(name)}`);
  return `select ${items.join(", ")}
from (select from_json(json, '["VARCHAR"]') as texts from read_json_objects(${quoteText(lines)}, format = 'newline_delimited'))
order by "_row"`;
}

/** Undoes the escapes of COPY's text format: in JSON texts these are only backslashes, which it doubles. */
async function* unescaped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const BACKSLASH = 0x5c;
  let isEscaped = false;
  for await (const chunk of chunks) {
    const bytes = Buffer.allocUnsafe(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      isEscaped = byte === BACKSLASH && !isEscaped;
      if (!isEscaped) bytes[length++] = byte;
    }
    yield bytes.subarray(0, length);
  }
}
