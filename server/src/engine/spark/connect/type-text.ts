import type { DataType } from "./generated/spark/connect/types_pb";

/** The names of plain types in SQL. */
const names: Readonly<Record<string, string>> = {
  byte: "tinyint",
  short: "smallint",
  integer: "int",
  long: "bigint",
  null: "void",
  timestampNtz: "timestamp_ntz",
  calendarInterval: "interval",
};

/** The type as Spark writes it in SQL, `struct<a:int,b:array<string>>`; of a type with a collation or units, only its name. */
export function typeText(type: DataType | undefined): string {
  const kind = type?.kind;
  if (kind?.case === undefined) return "unknown";
  switch (kind.case) {
    case "decimal":
      return `decimal(${kind.value.precision ?? 10},${kind.value.scale ?? 0})`;
    case "char":
      return `char(${kind.value.length})`;
    case "varChar":
      return `varchar(${kind.value.length})`;
    case "array":
      return `array<${typeText(kind.value.elementType)}>`;
    case "map":
      return `map<${typeText(kind.value.keyType)},${typeText(kind.value.valueType)}>`;
    case "struct":
      return `struct<${kind.value.fields.map(({ name, dataType }) => `${name}:${typeText(dataType)}`).join(",")}>`;
    default:
      return names[kind.case] ?? kind.case.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  }
}
