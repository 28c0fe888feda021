import {
  Bool,
  DataType,
  DateDay,
  DateMillisecond,
  DateUnit,
  Decimal,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  List,
  Null,
  Timestamp,
  TimeUnit,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from "apache-arrow";

const PLAIN: Readonly<Record<string, () => DataType>> = {
  null: () => new Null(),
  bool: () => new Bool(),
  int8: () => new Int8(),
  int16: () => new Int16(),
  int32: () => new Int32(),
  int64: () => new Int64(),
  uint8: () => new Uint8(),
  uint16: () => new Uint16(),
  uint32: () => new Uint32(),
  uint64: () => new Uint64(),
  float16: () => new Float16(),
  float32: () => new Float32(),
  float64: () => new Float64(),
  string: () => new Utf8(),
  large_string: () => new LargeUtf8(),
  date32: () => new DateDay(),
  date64: () => new DateMillisecond(),
};
const UNITS = [
  ["s", TimeUnit.SECOND],
  ["ms", TimeUnit.MILLISECOND],
  ["us", TimeUnit.MICROSECOND],
  ["ns", TimeUnit.NANOSECOND],
] as const;

/**
 * Returns the stored name of the Arrow type of a spine's own column: `uint64`, `decimal128(20, 2)`, `timestamp[ns,
 * Europe/Berlin]`, `list<float64>`. A dictionary has the name of its values. Undefined: the type is not supported in a
 * spine.
 */
export function arrowTypeName(type: DataType): string | undefined {
  if (DataType.isList(type)) return nested(type.children[0], (item) => `list<${item}>`);
  if (DataType.isFixedSizeList(type))
    return nested(type.children[0], (item) => `fixed_size_list<${item}>[${type.listSize}]`);
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? "date32" : "date64";
  if (DataType.isTimestamp(type)) {
    const unit = UNITS.find(([, each]) => each === type.unit)?.[0] ?? "us";
    return `timestamp[${unit}${type.timezone ? `, ${type.timezone}` : ""}]`;
  }
  if (DataType.isDecimal(type)) {
    const isKnown = (type.bitWidth === 128 || type.bitWidth === 256) && type.scale >= 0;
    return isKnown ? `decimal${type.bitWidth}(${type.precision}, ${type.scale})` : undefined;
  }
  return scalarName(type);
}

function nested(item: Field | undefined, nameOf: (item: string) => string): string | undefined {
  const name = item === undefined ? undefined : scalarName(item.type);
  return name === undefined ? undefined : nameOf(name);
}

function scalarName(type: DataType): string | undefined {
  if (DataType.isDictionary(type)) return scalarName(type.dictionary);
  if (DataType.isInt(type)) return `${type.isSigned ? "" : "u"}int${type.bitWidth}`;
  if (DataType.isFloat(type)) return ["float16", "float32", "float64"][type.precision];
  if (DataType.isUtf8(type)) return "string";
  if (DataType.isLargeUtf8(type)) return "large_string";
  if (DataType.isBool(type)) return "bool";
  return DataType.isNull(type) ? "null" : undefined;
}

/** Parses a name from `arrowTypeName`. */
export function arrowTypeOf(name: string): DataType {
  const plain = PLAIN[name];
  if (plain !== undefined) return plain();
  const [, item, size] = /^(?:fixed_size_)?list<(.+)>(?:\[(\d+)\])?$/.exec(name) ?? [];
  if (item !== undefined) {
    const field = new Field("item", arrowTypeOf(item), true);
    return size === undefined ? new List(field) : new FixedSizeList(Number(size), field);
  }
  const [, unitName, zone] = /^timestamp\[(\w+)(?:, (.+))?\]$/.exec(name) ?? [];
  const unit = UNITS.find(([each]) => each === unitName)?.[1];
  if (unit !== undefined) return new Timestamp(unit, zone ?? null);
  const [, bits, precision, scale] = /^decimal(\d+)\((\d+), (\d+)\)$/.exec(name) ?? [];
  if (bits === undefined) throw new Error(`No Arrow type ${name}`);
  return new Decimal(Number(scale), Number(precision), Number(bits));
}
