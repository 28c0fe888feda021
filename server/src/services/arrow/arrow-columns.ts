import { dayOfText, instantOfText, type ValueType, vectorDimensions } from "@featstore/definitions";
import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";

/** A column of values that come as JSON texts. */
export interface ArrowColumn {
  readonly name: string;
  readonly type: ValueType;
}

/** A value as JSON text; null where there is none. */
type Cell = string | null;

/**
 * Columns as Arrow has them, all nullable: timestamps are UTC microseconds, vectors lists of float32 of a fixed size,
 * decimal and JSON texts (UTF-8), since a decimal has as many digits as it needs.
 */
export function arrowSchema(columns: readonly ArrowColumn[], metadata?: ReadonlyMap<string, string>): Schema {
  return new Schema(
    columns.map(({ name, type }) => new Field(name, arrowType(type), true)),
    new Map(metadata),
  );
}

/** Rows of JSON texts, one for each column, as a batch of the columns' schema. */
export function arrowBatch(
  schema: Schema,
  columns: readonly ArrowColumn[],
  rows: readonly (readonly Cell[])[],
): RecordBatch {
  const children = columns.map(({ type }, index) =>
    columnData(
      type,
      rows.map((row) => row[index] ?? null),
    ),
  );
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children }),
  );
}

function arrowType(type: ValueType): DataType {
  switch (type) {
    case "bool":
      return new Bool();
    case "int32":
      return new Int32();
    case "int64":
      return new Int64();
    case "float32":
      return new Float32();
    case "float64":
      return new Float64();
    case "timestamp":
      return new TimestampMicrosecond("UTC");
    case "date":
      return new DateDay();
    case "decimal":
    case "string":
    case "uuid":
    case "json":
      return new Utf8();
    case "string[]":
      return new List(new Field("item", new Utf8(), true));
    case "float64[]":
      return new List(new Field("item", new Float64(), true));
    default:
      return new FixedSizeList(vectorDimensions(type) ?? 0, new Field("item", new Float32(), true));
  }
}

function columnData(type: ValueType, cells: readonly Cell[]): Data {
  const arrow = arrowType(type);
  const text = (cell: string) => (cell.startsWith('"') ? String(JSON.parse(cell)) : cell);
  switch (type) {
    case "int32":
      return fixed(arrow, cells, new Int32Array(cells.length), (cell) => Number(cell));
    case "int64":
      return fixed(arrow, cells, new BigInt64Array(cells.length), (cell) => BigInt(text(cell)));
    case "float32":
      return fixed(arrow, cells, new Float32Array(cells.length), (cell) => Number(cell));
    case "float64":
      return fixed(arrow, cells, new Float64Array(cells.length), (cell) => Number(text(cell)));
    case "timestamp":
      return fixed(arrow, cells, new BigInt64Array(cells.length), (cell) => {
        const micros = instantOfText(text(cell));
        if (micros === null) throw new Error(`No timestamp: ${cell}`);
        return micros;
      });
    case "date":
      return fixed(arrow, cells, new Int32Array(cells.length), (cell) => {
        const day = dayOfText(text(cell));
        if (day === null) throw new Error(`No date: ${cell}`);
        return day;
      });
    case "json":
      return texts(cells);
    case "decimal":
    case "string":
    case "uuid":
      return texts(cells.map((cell) => (cell === null ? null : text(cell))));
    default:
      return built(
        arrow,
        cells.map((cell): unknown => (cell === null ? null : JSON.parse(cell))),
      );
  }
}

/** By hand, since a builder would take a timestamp as milliseconds. */
function fixed<Value extends number | bigint>(
  type: DataType,
  cells: readonly Cell[],
  values: { [index: number]: Value; readonly length: number },
  toValue: (cell: string) => Value,
): Data {
  const { validity, nullCount } = validityOf(cells);
  for (const [index, cell] of cells.entries()) if (cell !== null) values[index] = toValue(cell);
  // The array and the type are chosen together by the caller.
  return makeData({ type, length: cells.length, nullCount, nullBitmap: validity, data: values } as never);
}

/** By hand, since a builder takes ten times as long. */
function texts(values: readonly Cell[]): Data {
  const encoded = values.map((value) => Buffer.from(value ?? ""));
  const offsets = new Int32Array(values.length + 1);
  for (const [index, bytes] of encoded.entries()) offsets[index + 1] = (offsets[index] ?? 0) + bytes.byteLength;
  const { validity, nullCount } = validityOf(values);
  const data = Buffer.concat(encoded);
  return makeData({
    type: new Utf8(),
    length: values.length,
    nullCount,
    nullBitmap: validity,
    valueOffsets: offsets,
    data,
  });
}

function validityOf(cells: readonly Cell[]): { readonly validity: Uint8Array; readonly nullCount: number } {
  const validity = new Uint8Array(Math.ceil(cells.length / 64) * 8);
  let nullCount = 0;
  for (const [index, cell] of cells.entries()) {
    if (cell === null) nullCount += 1;
    else validity[index >> 3] = (validity[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return { validity, nullCount };
}

function built(type: DataType, values: readonly unknown[]): Data {
  const [data] = vectorFromArray(values, type).data;
  if (data === undefined) throw new Error("No data of a column");
  return data;
}
