import { dayOfText, instantOfText, type ValueType, vectorDimensions } from "@featstore/definitions/compiler";
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
} from "apache-arrow";
import { builtData, type Cell, fixedData, plainText, textData } from "./arrow-data";
import { ownData } from "./arrow-own-data";
import { arrowTypeOf } from "./arrow-type-name";

/** A column whose values are JSON texts. */
export interface ArrowColumn {
  readonly name: string;
  readonly type: ValueType;
  /** The Arrow type of a spine's own column, named as by `arrowTypeName`, if it differs from that of `type`. */
  readonly arrow?: string;
  /** Default true. */
  readonly nullable?: boolean;
}

/**
 * Builds the Arrow schema of the columns, nullable by default. Timestamps are UTC microseconds, vectors are fixed-size lists
 * of float32. Decimals and JSON are texts (UTF-8), because a decimal has as many digits as it needs. A spine's own
 * columns keep their types.
 */
export function arrowSchema(columns: readonly ArrowColumn[], metadata?: ReadonlyMap<string, string>): Schema {
  return new Schema(
    columns.map(
      ({ name, type, arrow, nullable }) =>
        new Field(name, arrow === undefined ? arrowType(type) : arrowTypeOf(arrow), nullable ?? true),
    ),
    new Map(metadata),
  );
}

/** Builds a batch of the columns' schema from rows of JSON texts, one per column. */
export function arrowBatch(
  schema: Schema,
  columns: readonly ArrowColumn[],
  rows: readonly (readonly Cell[])[],
): RecordBatch {
  const children = columns.map((column, index) =>
    columnData(
      column,
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

function columnData({ type, arrow: own }: ArrowColumn, cells: readonly Cell[]): Data {
  if (own !== undefined) return ownData(arrowTypeOf(own), cells);
  const arrow = arrowType(type);
  switch (type) {
    case "int32":
      return fixedData(arrow, cells, new Int32Array(cells.length), (cell) => Number(cell));
    case "int64":
      return fixedData(arrow, cells, new BigInt64Array(cells.length), (cell) => BigInt(plainText(cell)));
    case "float32":
      return fixedData(arrow, cells, new Float32Array(cells.length), (cell) => Number(cell));
    case "float64":
      return fixedData(arrow, cells, new Float64Array(cells.length), (cell) => Number(plainText(cell)));
    case "timestamp":
      return fixedData(arrow, cells, new BigInt64Array(cells.length), (cell) => {
        const micros = instantOfText(plainText(cell));
        if (micros === null) throw new Error(`No timestamp: ${cell}`);
        return micros;
      });
    case "date":
      return fixedData(arrow, cells, new Int32Array(cells.length), (cell) => {
        const day = dayOfText(plainText(cell));
        if (day === null) throw new Error(`No date: ${cell}`);
        return day;
      });
    case "json":
      return textData(cells);
    case "decimal":
    case "string":
    case "uuid":
      return textData(cells.map((cell) => (cell === null ? null : plainText(cell))));
    default:
      return builtData(
        arrow,
        cells.map((cell): unknown => (cell === null ? null : JSON.parse(cell))),
      );
  }
}
