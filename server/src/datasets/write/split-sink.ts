import { join } from "node:path";
import {
  type ColumnValues,
  emptyParquet,
  openParquetStream,
  type ParquetFileStream,
  type ParquetWasm,
} from "../../columnar/index";
import type { DatasetFormat } from "../dataset-types";
import { createByteWriter } from "./byte-writer";
import type { FinishedPart, HashedFile, OpenFiles } from "./part-files";
import type { SnapshotPlan } from "./snapshot-plan";
import { csvFormat, jsonFormat, type TextFormat } from "./text-format";

/** Writes the rows of a split in one format, in as many parts as needed. */
export interface FormatSink {
  /** Writes the first `rows` rows of the columns' values. */
  write(rows: number): Promise<void>;
  end(): Promise<readonly FinishedPart[]>;
}

const PIECE_BYTES = 262_144;

export interface SinkOptions {
  readonly plan: SnapshotPlan;
  readonly wasm: ParquetWasm;
  readonly files: OpenFiles;
  readonly split: string | null;
  readonly values: readonly ColumnValues[];
}

export function formatSink(format: DatasetFormat, options: SinkOptions): FormatSink {
  return format === "parquet" ? parquetSink(options) : textSink(format, options);
}

/** A part that is being written. */
interface OpenPart {
  readonly temporary: string;
  readonly file: HashedFile;
  rows: number;
}

/** Opens the parts of a split one after another. */
function partOpener(format: DatasetFormat, { plan, split, files }: SinkOptions) {
  const finished: FinishedPart[] = [];
  return {
    finished,
    async open(): Promise<OpenPart> {
      const temporary = `data/.${split ?? "train"}-${finished.length}.${format}`;
      return { temporary, file: await files.create(join(plan.folder, temporary)), rows: 0 };
    },
    async close({ temporary, file, rows }: OpenPart) {
      finished.push({ temporary, format, split, part: finished.length, rows, ...(await file.close()) });
    },
  };
}

function textSink(format: "csv" | "jsonl" | "json", options: SinkOptions): FormatSink {
  const { plan, values } = options;
  const text: TextFormat =
    format === "csv" ? csvFormat(plan.columns, values, plan.csv) : jsonFormat(format, plan.columns, values);
  const parts = partOpener(format, options);
  const out = createByteWriter(PIECE_BYTES * 2);
  let part: OpenPart | undefined;

  const close = async (open: OpenPart) => {
    text.end(out);
    await open.file.write(out.take());
    await parts.close(open);
    part = undefined;
  };
  return {
    async write(rows) {
      for (let row = 0; row < rows; row += 1) {
        if (part === undefined) {
          part = await parts.open();
          text.open(out);
        }
        text.row(out, row, part.rows === 0);
        part.rows += 1;
        const isFull = part.file.bytes + out.length >= plan.maxFileBytes;
        if (out.length >= PIECE_BYTES || isFull) await part.file.write(out.take());
        if (isFull) await close(part);
      }
    },
    async end() {
      if (part === undefined && parts.finished.length === 0) {
        part = await parts.open();
        text.open(out);
      }
      if (part !== undefined) await close(part);
      return parts.finished;
    },
  };
}

function parquetSink(options: SinkOptions): FormatSink {
  const { plan, wasm, values } = options;
  const columns = plan.columns.map(({ name, type, nullable, role }) => ({
    name,
    type,
    nullable,
    isKey: role === "key",
  }));
  const typed = plan.columns.map(({ type }, index) => ({ type, values: values[index] as ColumnValues }));
  const parts = partOpener("parquet", options);
  let part: (OpenPart & { readonly stream: ParquetFileStream }) | undefined;

  const open = async () => {
    const opened = await parts.open();
    const stream = openParquetStream(wasm, columns, plan.maxFileBytes, (bytes) => opened.file.write(bytes));
    return { ...opened, stream };
  };
  const close = async (opened: NonNullable<typeof part>) => {
    await opened.stream.end();
    await parts.close(opened);
    part = undefined;
  };
  return {
    async write(rows) {
      part ??= await open();
      await part.stream.write(typed, rows);
      part.rows += rows;
      if (part.file.bytes >= plan.maxFileBytes) await close(part);
    },
    async end() {
      if (part === undefined && parts.finished.length === 0) {
        const opened = await parts.open();
        await opened.file.write(emptyParquet(wasm, columns));
        await parts.close(opened);
      }
      if (part !== undefined) await close(part);
      return parts.finished;
    },
  };
}
