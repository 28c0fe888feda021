import type { ValueType } from "../../ir/types";
import { atom, inTypeOf, operand, type Rendered } from "../text/rendered";
import { namesOfTypes } from "../text/type-names";

/**
 * Decimals of the language have any number of digits; DuckDB's have 38. A number with more than 28 digits before the
 * point becomes null, and digits after the tenth behind it are rounded.
 */
const DECIMAL = "decimal(38, 10)";

/** DuckDB's names of the types that hold values of feature types. */
export const castName = namesOfTypes(
  {
    bool: "boolean",
    int32: "integer",
    int64: "bigint",
    float32: "real",
    float64: "double",
    decimal: DECIMAL,
    string: "text",
    // DuckDB's own type would fail for a text that is not JSON; its functions read texts as well.
    json: "text",
    timestamp: "timestamptz",
    date: "date",
    uuid: "uuid",
    "string[]": "text[]",
    "float64[]": "double[]",
  },
  // DuckDB has no `case` over its arrays of fixed length.
  () => "real[]",
);

const cast = inTypeOf(castName);

/** The value in the requested type, cast only if it may have another; a decimal that does not fit is null. */
export function inType(rendered: Rendered, type: ValueType): Rendered {
  if (type !== "decimal" || rendered.type === type) return cast(rendered, type);
  return atom(`try_cast(${operand(rendered)} as ${DECIMAL})`, type);
}
