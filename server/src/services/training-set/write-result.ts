import { createHash } from "node:crypto";
import type { CallOptions } from "../../database/database";
import type { TrainingSetFiles } from "../../stores/training-set-files";
import type { HeldTrainingSet } from "../../stores/training-set-store";
import type { ResultColumn, ResultRow, TrainingFormat } from "./result-column";
import type { ResultRows } from "./result-rows";
import { csv } from "./write-csv";
import { jsonLines } from "./write-json-lines";

type Writer = (
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
) => AsyncGenerator<Uint8Array>;

// Imported when it is needed: it brings a WebAssembly program along.
const writers: Readonly<Record<TrainingFormat, () => Promise<Writer>>> = {
  csv: async () => csv,
  jsonl: async () => jsonLines,
  parquet: async () => (await import("./write-parquet")).parquet,
};

export interface WrittenResult {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes the result into the job's folder as it comes, with its SHA-256. Errors: those of the rows. */
export async function writeResult(
  files: TrainingSetFiles,
  held: HeldTrainingSet,
  result: ResultRows,
  format: TrainingFormat,
  options: CallOptions,
): Promise<WrittenResult> {
  const file = `data.${format}`;
  const writer = await writers[format]();
  const target = await files.create(held, file);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const piece of writer(result.columns, result.chunks(options))) {
      hash.update(piece);
      await target.write(piece);
      bytes += piece.byteLength;
    }
  } finally {
    await target.close();
  }
  return { file, bytes, sha256: hash.digest("hex") };
}
