import { createHash } from "node:crypto";
import type { ParquetThread } from "../../columnar/index";
import type { CallOptions } from "../../database/index";
import type { HeldTrainingSet } from "../stored-training-set";
import type { TrainingSetFiles } from "../training-set-files";
import type { ResultColumn, ResultRow, TrainingFormat } from "./result-column";
import type { ResultRows } from "./result-rows";
import { csv } from "./write-csv";
import { jsonLines } from "./write-json-lines";
import { parquet } from "./write-parquet";

type Writer = (
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
) => AsyncGenerator<Uint8Array>;

export interface WrittenResult {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Streams the result into the job's folder and computes its SHA-256. Errors: those of the rows. */
export async function writeResult(
  { files, parquet: thread }: { readonly files: TrainingSetFiles; readonly parquet: ParquetThread },
  held: HeldTrainingSet,
  result: ResultRows,
  format: TrainingFormat,
  options: CallOptions,
): Promise<WrittenResult> {
  const file = `data.${format}`;
  const writers: Readonly<Record<TrainingFormat, Writer>> = {
    csv,
    jsonl: jsonLines,
    parquet: (columns, chunks) => parquet(thread, columns, chunks, options),
  };
  const writer = writers[format];
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
