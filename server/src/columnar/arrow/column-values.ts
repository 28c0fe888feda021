import { type ValueType, vectorDimensions } from "@featstore/definitions/compiler";
import { type Data, type DataType, type Field, makeData, RecordBatch, type Schema, Struct, Utf8 } from "apache-arrow";

/**
 * The values of a column as typed arrays, which may be longer than the number of rows. A row without a value has a cleared bit in
 * `validity`. Fixed-size values (numbers, bools as bits, microseconds, days, vectors) are in `values`. A text is the UTF-8 bytes
 * in `values` from `offsets[row]` to `offsets[row + 1]`. A list is the items between these offsets; items of texts are the bytes
 * between `itemOffsets`.
 */
export interface ColumnValues {
  readonly validity: Uint8Array;
  readonly values: Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array;
  readonly offsets?: Int32Array;
  readonly itemOffsets?: Int32Array;
  readonly itemValidity?: Uint8Array;
}

export interface TypedColumn {
  readonly type: ValueType;
  readonly values: ColumnValues;
}

/** Builds a batch of the schema (`arrowSchema`) without a copy of the arrays. */
export function typedBatch(schema: Schema, columns: readonly TypedColumn[], rows: number): RecordBatch {
  const children = columns.map((column, index) => columnData(schema.fields[index] as Field, column, rows));
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children }));
}

function columnData({ type: arrow }: Field, { type, values }: TypedColumn, rows: number): Data {
  const nullCount = rows - countBits(values.validity, rows);
  const common = { length: rows, nullCount, nullBitmap: values.validity.subarray(0, (rows + 7) >> 3) };
  const offsets = values.offsets?.subarray(0, rows + 1);
  const end = offsets?.[rows] ?? 0;
  switch (type) {
    case "string":
    case "uuid":
    case "json":
    case "decimal":
      return makeData({
        type: new Utf8(),
        ...common,
        valueOffsets: offsets,
        data: values.values.subarray(0, end),
      } as never);
    case "string[]": {
      const itemOffsets = values.itemOffsets?.subarray(0, end + 1) ?? new Int32Array(1);
      const bytes = values.values.subarray(0, itemOffsets[end] ?? 0);
      const child = itemData(arrow, values, end, { valueOffsets: itemOffsets, data: bytes });
      return makeData({ type: arrow, ...common, valueOffsets: offsets, child } as never);
    }
    case "float64[]": {
      const child = itemData(arrow, values, end, { data: values.values.subarray(0, end) });
      return makeData({ type: arrow, ...common, valueOffsets: offsets, child } as never);
    }
    case "bool":
      return makeData({ type: arrow, ...common, data: values.values.subarray(0, (rows + 7) >> 3) } as never);
    default: {
      const dimensions = vectorDimensions(type);
      if (dimensions === undefined)
        return makeData({ type: arrow, ...common, data: values.values.subarray(0, rows) } as never);
      const child = itemData(arrow, values, rows * dimensions, { data: values.values.subarray(0, rows * dimensions) });
      return makeData({ type: arrow, ...common, child } as never);
    }
  }
}

function itemData(list: DataType, { itemValidity }: ColumnValues, length: number, parts: object): Data {
  const type = (list.children[0] as Field).type;
  const nulls =
    itemValidity === undefined
      ? { nullCount: 0 }
      : {
          nullCount: length - countBits(itemValidity, length),
          nullBitmap: itemValidity.subarray(0, (length + 7) >> 3),
        };
  return makeData({ type, length, ...nulls, ...parts } as never);
}

function countBits(bits: Uint8Array, length: number): number {
  let count = 0;
  for (let index = 0; index < length; index += 1) count += ((bits[index >> 3] ?? 0) >> (index & 7)) & 1;
  return count;
}
