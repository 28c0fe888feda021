/** The entry `@featstore/client/arrow`. */
import {
  type Bool,
  type DataType,
  type DateDay,
  Field,
  type FixedSizeList,
  type Float32,
  type Float64,
  type Int32,
  type Int64,
  type List,
  RecordBatch,
  Schema,
  Table,
  type TimestampMicrosecond,
  tableFromIPC,
  type Utf8,
} from "apache-arrow";
import { UnexpectedAnswerError } from "./errors";
import type { FeatureBatchArrow } from "./features";
import type { Values } from "./row-types";

/** The Arrow types that a feature with values of this type may have. JSON and decimals are text. */
export type ArrowTypeOf<Value> = [Value] extends [boolean]
  ? Bool
  : [Value] extends [bigint]
    ? Int64
    : [Value] extends [number]
      ? Int32 | Float32 | Float64
      : [Value] extends [string]
        ? string extends Value
          ? Utf8 | TimestampMicrosecond | DateDay
          : Utf8
        : [Value] extends [readonly number[]]
          ? FixedSizeList<Float32> | List<Float64>
          : [Value] extends [readonly string[]]
            ? List<Utf8>
            : Utf8;

type ColumnName<Features> = {
  [View in keyof Features & string]: `${View}.${keyof Features[View] & string}`;
}[keyof Features & string];

type ValueOf<Features, Column> = Column extends `${infer View}.${infer Name}`
  ? View extends keyof Features
    ? Name extends keyof Features[View]
      ? NonNullable<Features[View][Name]>
      : never
    : never
  : never;

/** The columns of a batch: its features as `view.feature`, and `status`. There are also the key's and `status:<view>`. */
export type FeatureColumns<Features> = Values extends Features
  ? Record<string, DataType>
  : { [Column in ColumnName<Features>]: ArrowTypeOf<ValueOf<Features, Column>> } & { status: Utf8 };

/**
 * Decodes a batch to a table of apache-arrow, whose columns have the names that the client gives to features. Timestamps and
 * dates are read as milliseconds since 1970 UTC. Errors: `UnexpectedAnswerError` for bytes that are no Arrow stream.
 *
 * @example
 * const batch = await client.features.getBatchArrow({ ids: [7, 8], features: [speechSentiment] });
 * const table = decodeBatch(batch);
 * table.getChild("speech_sentiment.sentiment")?.toArray(); // ["positive", null]
 */
export function decodeBatch<Features>(batch: FeatureBatchArrow<Features>): Table<FeatureColumns<Features>> {
  const { schema, batches } = tableOf(batch.bytes);
  const fields = schema.fields.map(
    ({ name, type, nullable, metadata }) => new Field(labelOf(name, batch.views), type, nullable, metadata),
  );
  const labelled = new Schema(fields, schema.metadata);
  const table = new Table(
    labelled,
    batches.map(({ data }) => new RecordBatch(labelled, data)),
  );
  // The server answers a pinned version with the types of that version, which the bytes alone do not prove.
  return table as unknown as Table<FeatureColumns<Features>>;
}

function tableOf(bytes: Uint8Array): Table {
  const strange = (cause?: unknown) => new UnexpectedAnswerError("The batch is not an Arrow stream", { cause });
  let table: Table;
  try {
    table = tableFromIPC(bytes);
  } catch (cause) {
    throw strange(cause);
  }
  // apache-arrow reads other bytes as an empty stream.
  if (table.schema.fields.length === 0) throw strange();
  return table;
}

/** Names a column without the version with which a definition was requested: `listening@2.plays`, `status:listening@2`. */
function labelOf(column: string, views: FeatureBatchArrow["views"]): string {
  const [, before = "", view = "", after = ""] = /^((?:status|event_time):)?([a-z]\w*@\d+)(\..*)?$/.exec(column) ?? [];
  const label = views[view];
  return label === undefined ? column : `${before}${label}${after}`;
}
