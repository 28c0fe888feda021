import type { ValueType } from "../../ir/types";
import { atom, inTypeOf, operand, type Rendered } from "../text/rendered";
import { namesOfTypes } from "../text/type-names";

/** As on DuckDB, 28 digits before the point and 10 behind it. */
export const DECIMAL = "decimal(38, 10)";

/** Spark's names of the types that hold values of feature types. */
export const castName = namesOfTypes(
  {
    bool: "boolean",
    int32: "int",
    int64: "bigint",
    float32: "float",
    float64: "double",
    decimal: DECIMAL,
    string: "string",
    json: "string",
    timestamp: "timestamp",
    date: "date",
    // Spark has no type for uuids; Iceberg's are texts as well.
    uuid: "string",
    "string[]": "array<string>",
    "float64[]": "array<double>",
  },
  () => "array<float>",
);

const cast = inTypeOf(castName);

/** The value in the requested type, cast only if it may have another; a decimal that does not fit is null. */
export function inType(rendered: Rendered, type: ValueType): Rendered {
  if (rendered.type === type) return rendered;
  if (type === "decimal") return atom(`try_cast(${operand(rendered)} as ${DECIMAL})`, type);
  // Letters of a uuid may be of either case in a text.
  return type === "uuid" ? atom(`lower(${rendered.text})`, type) : cast(rendered, type);
}
