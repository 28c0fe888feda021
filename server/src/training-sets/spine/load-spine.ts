import { createHash } from "node:crypto";
import { type CallOptions, csvLine } from "../../database/index";
import type { Engine } from "../../engine/index";
import type { TrainingSetFiles } from "../training-set-files";
import type { HeldTrainingSet } from "../training-set-types";
import type { CheckedRow } from "./check-spine";

/** The loaded spine, stored with the result so that a rerun can use it. */
export const SPINE_FILE = "spine.csv.gz";

/** A dead process's copy of the spine, in the folder of the process that resumed its job. */
const ADOPTED_FILE = "spine-before.csv.gz";

export interface LoadedSpine {
  readonly rows: number;
  /** SHA-256 of the loaded lines: row number, tenant scope, keys, as-of time in UTC, passthrough values. */
  readonly sha256: string;
}

interface Loading {
  readonly engine: Pick<Engine, "loadSpine" | "loadedSpine">;
  readonly files: TrainingSetFiles;
  readonly held: HeldTrainingSet;
  readonly keys: readonly string[];
}

/** Streams checked rows into the spine's table. Errors: those of the rows, `DatabaseError`. */
export function loadSpine(
  loading: Loading,
  rows: AsyncIterable<CheckedRow>,
  scope: string,
  options: CallOptions,
): Promise<LoadedSpine> {
  async function* lines() {
    let row = 0;
    let batch = "";
    for await (const { keys, asOf, passthrough } of rows) {
      batch += csvLine([String(row), scope, ...keys, asOf, passthrough]);
      row += 1;
      if (batch.length > 65_536) {
        yield batch;
        batch = "";
      }
    }
    if (batch !== "") yield batch;
  }
  return load(loading, lines(), options);
}

/** Loads the spine's table from the stored spine of a finished training set. */
export function loadStoredSpine(loading: Loading, id: string, options: CallOptions): Promise<LoadedSpine> {
  async function* texts() {
    const decoder = new TextDecoder();
    for await (const bytes of loading.files.readGzip(id, SPINE_FILE)) yield decoder.decode(bytes, { stream: true });
  }
  return load(loading, texts(), options);
}

/** Adopts a dead process's copy of a job's spine on this machine and removes the rest of its files. */
export async function adoptSpine(
  files: TrainingSetFiles,
  before: Pick<HeldTrainingSet, "id" | "token">,
  held: HeldTrainingSet,
): Promise<void> {
  // A file that was adopted before is complete; the dead process may have been writing another one.
  for (const file of [SPINE_FILE, ADOPTED_FILE]) await files.move(before, held, file, ADOPTED_FILE);
  await files.discard(before);
}

/**
 * Restores the spine of a job that another process had loaded: from its table or, if a crash of PostgreSQL emptied the
 * table, from the adopted file. Returns undefined if neither exists.
 */
export async function restoreSpine(
  loading: Loading,
  spineRows: number,
  options: CallOptions,
): Promise<LoadedSpine | undefined> {
  const { files, held } = loading;
  const restored = await fromTable(loading, spineRows, options);
  await files.removeBuilt(held, ADOPTED_FILE);
  return restored;
}

async function fromTable(loading: Loading, spineRows: number, options: CallOptions): Promise<LoadedSpine | undefined> {
  const { engine, files, held, keys } = loading;
  const table = engine.loadedSpine(held, keys, options);
  if ((await table.rows()) === spineRows) {
    return storeCopy(loading, table.lines(), async (lines) => {
      for await (const _ of lines);
      return spineRows;
    });
  }
  await table.empty();
  async function* texts() {
    const decoder = new TextDecoder();
    for await (const bytes of files.readBuiltGzip(held, ADOPTED_FILE)) yield decoder.decode(bytes, { stream: true });
  }
  const loaded = await load(loading, texts(), options).catch(() => undefined);
  return loaded?.rows === spineRows ? loaded : undefined;
}

function load(loading: Loading, texts: AsyncIterable<string>, options: CallOptions): Promise<LoadedSpine> {
  const { engine, held, keys } = loading;
  return storeCopy(loading, texts, (lines) => engine.loadSpine(held, keys, lines, options));
}

/** Passes lines to `take`, which returns the number of rows, and stores a copy of them with the result. */
async function storeCopy(
  { files, held }: Loading,
  texts: AsyncIterable<string>,
  take: (lines: AsyncIterable<string>) => Promise<number>,
): Promise<LoadedSpine> {
  const hash = createHash("sha256");
  const spineFile = await files.createGzip(held, SPINE_FILE);
  // An error of the input is reported as such, not as the database error that it causes.
  let failure: { readonly error: unknown } | undefined;
  async function* passing() {
    try {
      for await (const text of texts) {
        const bytes = Buffer.from(text);
        hash.update(bytes);
        await spineFile.write(bytes);
        yield text;
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  try {
    const rows = await take(passing());
    return { rows, sha256: hash.digest("hex") };
  } catch (error) {
    throw failure === undefined ? error : failure.error;
  } finally {
    await spineFile.close();
  }
}
