import { join } from "node:path";
import { INVALID_VALUE, vectorDimensions } from "@featstore/definitions/compiler";
import type { ParquetWasm } from "../../columnar/index";
import { FeatstoreError } from "../../core/index";
import type { SnapshotFile } from "../dataset-types";
import { createByteWriter } from "./byte-writer";
import { type ColumnBuilder, columnBuilder } from "./column-builder";
import { statisticsCounter } from "./column-statistics";
import { type CopyRow, createCopyReader } from "./copy-rows";
import { rowDigest } from "./digest-values";
import { keyTexts } from "./key-texts";
import { createOpenFiles, type FinishedPart, nameParts, type OpenFiles } from "./part-files";
import { changeCounter, compareKeys, DIGESTS_FILE, type RowDigest } from "./row-digests";
import type { SnapshotPlan, WrittenSnapshot } from "./snapshot-plan";
import { hashParts, splitText } from "./split-rows";
import { formatSink } from "./split-sink";
import { csvField } from "./text-format";

const BATCH_ROWS = 10_000;
/** Bytes of COPY text in a batch, for rows with long texts. */
const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_VECTOR_BYTES = 32 * 1024 * 1024;
const DIGEST_PIECE_BYTES = 262_144;
const DIGEST_PIECE_ROWS = 2000;

export interface SnapshotWriter {
  /** Takes a piece of COPY text, which may end anywhere. */
  write(piece: Uint8Array): Promise<void>;
  end(): Promise<WrittenSnapshot>;
  /** Closes the files after a failure. */
  abandon(): Promise<void>;
}

/** Writes the data files of a snapshot in one pass, with memory for a batch and a row group of each split. */
export async function createSnapshotWriter(plan: SnapshotPlan, wasm: ParquetWasm): Promise<SnapshotWriter> {
  const { columns } = plan;
  const reader = createCopyReader(columns.length + 1);
  const batchRows = rowsPerBatch(plan);
  const names: readonly (string | null)[] = plan.split === null ? [null] : Object.keys(plan.split.parts);
  const statistics = columns.map(({ type }) => statisticsCounter(type));
  const partOf = plan.split === null ? undefined : hashParts(plan.split.parts);
  const splitBy: readonly string[] = plan.split?.by ?? [];
  const splitColumns = splitBy.map((by) => columns.findIndex(({ name }) => name === by));
  const keyColumns = columns.flatMap(({ role }, index) => (role === "key" ? [index] : []));
  const keyTypes = keyColumns.map((index) => columns[index]?.type ?? "string");
  const compare = compareKeys(keyTypes);
  const excluded = new Map<string, number>();
  const files = createOpenFiles();
  const digestsFile = await files.create(join(plan.folder, DIGESTS_FILE));
  const splits = names.map((name) => openSplit({ plan, wasm, files }, name, batchRows));
  const digests = createByteWriter(DIGEST_PIECE_BYTES * 2);
  const changes =
    plan.previous === null
      ? undefined
      : changeCounter(
          plan.previous.path,
          keyTypes,
          previousIndexes(plan).every((index) => index !== -1),
        );
  let unseen: RowDigest[] = [];
  let lastKey: readonly string[] | undefined;

  for (const index of keyColumns) {
    writeField(columns[index]?.name ?? "");
    digests.ascii(",");
  }
  digests.ascii("digest\n");

  function writeField(text: string): void {
    const bytes = Buffer.from(text);
    csvField(digests, bytes, 0, bytes.length, NO_BYTES, false);
  }

  const leaveOut = (reason: string): void => {
    excluded.set(reason, (excluded.get(reason) ?? 0) + 1);
  };

  /** Applies the rule for values that fit no type. */
  const refuse = (row: CopyRow, column: number, reason: string): void => {
    if (plan.invalid === "exclude") {
      leaveOut(INVALID_VALUE);
      return;
    }
    const key = keyColumns.map((index) => rawText(row, index + 1)).join(", ");
    throw new FeatstoreError(
      "dataset_value_invalid",
      `The row with the key ${key.slice(0, 200)} has an invalid value in the column "${columns[column]?.name}": ${reason}.`,
    );
  };

  const take = (row: CopyRow): OpenSplit | undefined => {
    const { bytes, starts, ends } = row;
    if (ends[0] !== -1) {
      leaveOut(rawText(row, 0));
      return undefined;
    }
    const part: string | undefined = partOf?.(
      splitColumns.map((index) => splitText(columns[index]?.type ?? "string", rawValue(row, index + 1))),
    );
    const split = (part === undefined ? splits[0] : splits[names.indexOf(part)]) as OpenSplit;
    const at = split.rows;
    for (let index = 0; index < columns.length; index += 1) {
      const builder = split.builders[index] as ColumnBuilder;
      const end = ends[index + 1] as number;
      if (end === -1) {
        if (columns[index]?.nullable !== true) {
          refuse(row, index, "it is null");
          return undefined;
        }
        builder.setNull(at);
        continue;
      }
      const reason = builder.set(at, bytes, starts[index + 1] as number, end);
      if (reason !== undefined) {
        refuse(row, index, reason);
        return undefined;
      }
    }
    const key = split.keyOf(at);
    const order = lastKey === undefined ? 1 : compare(key, lastKey);
    if (order === 0) {
      refuse(row, keyColumns[0] ?? 0, "an earlier row has the same key");
      return undefined;
    }
    if (order < 0) throw new Error("The rows of a dataset are not sorted by its key");
    lastKey = key;
    for (const text of key) {
      writeField(text);
      digests.byte(44);
    }
    const digest = split.digestOf(at);
    digests.ascii(digest);
    digests.byte(10);
    if (changes !== undefined) unseen.push({ key, digest: split.previousDigestOf?.(at) ?? digest });
    split.rows += 1;
    split.total += 1;
    split.bytes += (ends[columns.length] as number) - (starts[1] as number);
    return split;
  };

  const flush = async (split: OpenSplit): Promise<void> => {
    if (split.rows === 0) return;
    for (const [index, counter] of statistics.entries())
      counter.see(split.builders[index] as ColumnBuilder, split.rows);
    for (const sink of split.sinks) await sink.write(split.rows);
    split.rows = 0;
    split.bytes = 0;
  };

  const flushDigests = async (): Promise<void> => {
    await digestsFile.write(digests.take());
    await changes?.see(unseen);
    unseen = [];
  };

  return {
    abandon: () => files.abandon(),
    async write(piece) {
      for (const row of reader.rows(piece)) {
        const split = take(row);
        if (split !== undefined && (split.rows >= batchRows || split.bytes >= BATCH_BYTES)) await flush(split);
        if (digests.length >= DIGEST_PIECE_BYTES || unseen.length >= DIGEST_PIECE_ROWS) await flushDigests();
      }
    },
    async end() {
      reader.end();
      const parts: FinishedPart[] = [];
      for (const split of splits) {
        await flush(split);
        for (const sink of split.sinks) parts.push(...(await sink.end()));
      }
      await flushDigests();
      const digestsEnd = await digestsFile.close();
      const rows = splits.reduce((total, split) => total + split.total, 0);
      const digestsEntry: SnapshotFile = {
        name: DIGESTS_FILE,
        path: DIGESTS_FILE,
        role: "digests",
        format: null,
        split: null,
        part: 0,
        rows,
        ...digestsEnd,
      };
      return {
        files: [...(await nameParts(plan.folder, parts)), digestsEntry],
        rows,
        splits: plan.split === null ? {} : Object.fromEntries(splits.map(({ name, total }) => [name, total])),
        statistics: statistics.map((counter) => counter.report()),
        excluded: Object.fromEntries([...excluded].sort(([left], [right]) => (left < right ? -1 : 1))),
        changes: changes === undefined ? null : await changes.finish(),
      };
    },
  };
}

const NO_BYTES = new Uint8Array(0);

/** The batch of a split that is being filled, and its files. */
interface OpenSplit {
  readonly name: string | null;
  readonly builders: readonly ColumnBuilder[];
  readonly sinks: readonly ReturnType<typeof formatSink>[];
  keyOf(row: number): readonly string[];
  digestOf(row: number): string;
  /** Over the columns of the previous snapshot; undefined if they are the same columns, or not there any more. */
  readonly previousDigestOf: ((row: number) => string) | undefined;
  rows: number;
  bytes: number;
  total: number;
}

function openSplit(
  { plan, wasm, files }: { readonly plan: SnapshotPlan; readonly wasm: ParquetWasm; readonly files: OpenFiles },
  name: string | null,
  batchRows: number,
): OpenSplit {
  const builders = plan.columns.map(({ type }) => columnBuilder(type, batchRows));
  const typed = plan.columns.map(({ type }, index) => ({ type, values: builders[index] as ColumnBuilder }));
  const indexes = previousIndexes(plan);
  const isSame = indexes.length === typed.length && indexes.every((index, at) => index === at);
  const isGone = indexes.includes(-1);
  return {
    name,
    builders,
    sinks: plan.formats.map((format) => formatSink(format, { plan, wasm, files, split: name, values: builders })),
    keyOf: keyTexts(typed.filter((_, index) => plan.columns[index]?.role === "key")),
    digestOf: rowDigest(typed),
    previousDigestOf:
      plan.previous === null || isSame || isGone
        ? undefined
        : rowDigest(indexes.map((index) => typed[index] as (typeof typed)[number])),
    rows: 0,
    bytes: 0,
    total: 0,
  };
}

/** Where the columns of the previous digests are now; -1: removed, or of another type. */
function previousIndexes({ columns, previous }: SnapshotPlan): readonly number[] {
  return (previous?.columns ?? []).map((old) =>
    columns.findIndex(({ name, type }) => name === old.name && type === old.type),
  );
}

function rowsPerBatch({ columns }: SnapshotPlan): number {
  const vectorBytes = columns.reduce((bytes, { type }) => bytes + (vectorDimensions(type) ?? 0) * 4, 0);
  return vectorBytes === 0
    ? BATCH_ROWS
    : Math.max(1, Math.min(BATCH_ROWS, Math.floor(BATCH_VECTOR_BYTES / vectorBytes)));
}

function rawText({ bytes, starts, ends }: CopyRow, field: number): string {
  const end = ends[field] as number;
  return end === -1
    ? "null"
    : Buffer.prototype.utf8Slice.call(bytes, starts[field] as number, Math.min(end, (starts[field] as number) + 1000));
}

function rawValue({ bytes, starts, ends }: CopyRow, field: number): Uint8Array | null {
  const end = ends[field] as number;
  return end === -1 ? null : bytes.subarray(starts[field] as number, end);
}
