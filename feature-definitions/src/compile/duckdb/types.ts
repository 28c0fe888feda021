import { type ValueType, vectorDimensions } from "../../ir/types";
import { atom, inTypeOf, operand, type Rendered } from "../text/rendered";

/**
 * Decimals of the language have any number of digits; DuckDB's have 38. A number with more than 28 digits before the
 * point becomes null, and digits after the tenth behind it are rounded.
 */
const DECIMAL = "decimal(38, 10)";

/** DuckDB's name of the type that holds values of a feature type. */
export function castName(type: ValueType): string {
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
      return "double";
    case "decimal":
      return DECIMAL;
    case "string":
    // DuckDB's own type would fail for a text that is not JSON; its functions read texts as well.
    case "json":
      return "text";
    case "timestamp":
      return "timestamptz";
    case "date":
    case "uuid":
      return type;
    case "string[]":
      return "text[]";
    case "float64[]":
      return "double[]";
    default:
      if (vectorDimensions(type) === undefined) throw new RangeError(`Unknown type ${type}`);
      // DuckDB has no `case` over its arrays of fixed length.
      return "real[]";
  }
}

const cast = inTypeOf(castName);

/** The value in the requested type, cast only if it may have another; a decimal that does not fit is null. */
export function inType(rendered: Rendered, type: ValueType): Rendered {
  if (type !== "decimal" || rendered.type === type) return cast(rendered, type);
  return atom(`try_cast(${operand(rendered)} as ${DECIMAL})`, type);
}
