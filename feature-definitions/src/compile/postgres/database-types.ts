import { type ValueType, vectorDimensions } from "../../ir/types";

/** PostgreSQL's name of the type that stores values of a feature type, as `format_type` prints it. */
export function databaseType(type: ValueType): string {
  switch (type) {
    case "bool":
      return "boolean";
    case "int32":
      return "integer";
    case "int64":
      return "bigint";
    case "float32":
      return "real";
    case "float64":
      return "double precision";
    case "decimal":
      return "numeric";
    case "string":
      return "text";
    case "timestamp":
      return "timestamp with time zone";
    case "date":
      return "date";
    case "uuid":
      return "uuid";
    case "json":
      return "jsonb";
    case "string[]":
      return "text[]";
    case "float64[]":
      return "double precision[]";
    default:
      if (vectorDimensions(type) === undefined) throw new RangeError(`Unknown type ${type}`);
      return type;
  }
}

/** The shorter name that people write in a cast. */
export function castName(type: ValueType): string {
  return type === "timestamp" ? "timestamptz" : databaseType(type);
}
