import { openAsBlob } from "node:fs";
import { instantText } from "@featstore/definitions";
import { DataType, type Decimal, type Timestamp, TimeUnit, tableFromIPC, type Vector } from "apache-arrow";
import { ParquetFile, type RecordBatch } from "parquet-wasm";
import { type Cell, refuseSpine, type SpineReader, type SpineRow } from "./spine-row";

const BATCH_ROWS = 4096;

/** A spine in a Parquet file; timestamps without a zone and dates count as times without an offset. */
export function parquetSpine(path: string): SpineReader {
  return { isUntyped: false, isExact: true, rows: () => rowsOf(path) };
}

async function* rowsOf(path: string): AsyncGenerator<SpineRow> {
  const file = await ParquetFile.fromFile(await openAsBlob(path)).catch(() =>
    refuseSpine("spine_unreadable", "spine", "it is no Parquet file that can be read"),
  );
  checkColumns(tableFromIPC(file.schema().intoIPCStream()).schema.fields);
  const batches: AsyncIterable<RecordBatch> = await file.stream({ batchSize: BATCH_ROWS });
  let row = 0;
  for await (const batch of batches) {
    const table = tableFromIPC(batch.intoIPCStream());
    const columns = table.schema.fields.map(({ name }) => {
      const vector = table.getChild(name);
      if (vector === null) throw new Error(`No column ${name} in its own table`);
      return { name, cellOf: cellsOf(vector) };
    });
    for (let index = 0; index < table.numRows; index += 1) {
      row += 1;
      yield { place: `row ${row}`, cells: new Map(columns.map(({ name, cellOf }) => [name, cellOf(index)])) };
    }
  }
}

function checkColumns(fields: readonly { readonly name: string; readonly type: DataType }[]): void {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuseSpine("spine_column_duplicate", "spine", `"${twice.slice(0, 80)}" comes twice`);
  const unknown = fields.find(({ type }) => !isReadable(type));
  if (unknown !== undefined)
    refuseSpine("spine_column_invalid", unknown.name, `its type, ${unknown.type}, is none that is read: leave it out`);
}

function isReadable(type: DataType): boolean {
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) return isNumberOrText(type.children[0]?.type);
  return isNumberOrText(type) || DataType.isTimestamp(type) || DataType.isDate(type) || DataType.isDecimal(type);
}

function isNumberOrText(type: DataType | undefined): boolean {
  if (type === undefined) return false;
  if (DataType.isDictionary(type)) return isNumberOrText(type.dictionary);
  const isText = DataType.isUtf8(type) || DataType.isLargeUtf8(type);
  return isText || DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type) || DataType.isNull(type);
}

/** How a column's values become cells. */
function cellsOf(vector: Vector): (index: number) => Cell {
  const { type } = vector;
  const at = (toCell: (index: number) => Cell) => (index: number) => (vector.isValid(index) ? toCell(index) : null);
  if (DataType.isTimestamp(type)) return at(timestampCells(vector, type));
  if (DataType.isDate(type))
    return at((index) => `"${new Date(Number(vector.get(index))).toISOString().slice(0, -14)}"`);
  if (DataType.isDecimal(type)) return at((index) => `"${decimalText(vector.get(index), type)}"`);
  return at((index) => jsonCell(vector.get(index)));
}

// Not by `get`, which gives milliseconds.
function timestampCells(vector: Vector, type: Timestamp): (index: number) => Cell {
  const values = vector.data.flatMap((data) => [data.values as BigInt64Array]); // of a timestamp's data
  const [only = new BigInt64Array()] = values;
  const zone = type.timezone ? "Z" : "";
  return (index) => {
    const value = only[index] ?? 0n;
    if (type.unit !== TimeUnit.NANOSECOND) {
      const scale = { [TimeUnit.SECOND]: 1_000_000n, [TimeUnit.MILLISECOND]: 1000n, [TimeUnit.MICROSECOND]: 1n }[
        type.unit
      ];
      return `"${instantText(value * scale).slice(0, -1)}${zone}"`;
    }
    const rest = ((value % 1000n) + 1000n) % 1000n;
    const text = instantText((value - rest) / 1000n).slice(0, -1);
    return `"${text}${rest === 0n ? "" : rest.toString().padStart(3, "0")}${zone}"`;
  };
}

function decimalText(words: unknown, { scale }: Decimal): string {
  let value = 0n;
  const parts = words instanceof Uint32Array ? [...words] : [];
  for (const word of parts.reverse()) value = (value << 32n) | BigInt(word);
  value = BigInt.asIntN(parts.length * 32, value);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function jsonCell(value: unknown): Cell {
  switch (typeof value) {
    case "bigint":
      return value.toString();
    case "number": {
      // Other programs write a missing number as NaN; JSON has no infinite ones.
      if (!Number.isFinite(value)) return Number.isNaN(value) ? null : `"${value}"`;
      return String(value);
    }
    case "string":
    case "boolean":
      return JSON.stringify(value);
    default: {
      const items =
        value !== null && typeof value === "object" && Symbol.iterator in value
          ? [...(value as Iterable<unknown>)]
          : [];
      return `[${items.map((item) => jsonCell(item) ?? "null").join(",")}]`;
    }
  }
}
