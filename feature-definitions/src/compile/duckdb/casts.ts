import type { ValueType } from "../../ir/types";
import { atom, call, operand, type Rendered } from "../text/rendered";
import { textCasts } from "../text/text-casts";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { castName, inType } from "./types";

/** Renders a value of type `from` in another type; it is null if it does not parse or fit. */
export function cast(value: Rendered, from: ValueType, to: ValueType): Rendered {
  switch (from) {
    case "string":
      return castText(value, to);
    case "json":
      return call(`${FUNCTIONS_SCHEMA}.${to === "string[]" ? "to_text_array" : "to_float64_array"}`, [value.text], to);
    case "float32":
    case "float64":
      if (to === "int32" || to === "int64") return tried(`round(${value.text})`, to);
      return to === "float32" ? call(`${FUNCTIONS_SCHEMA}.to_float32`, [value.text], to) : inType(value, to);
    case "decimal":
      if (to === "string") return atom(`rtrim(rtrim(${operand(value)}::varchar, '0'), '.')`, to);
      if (to === "float32") return call(`${FUNCTIONS_SCHEMA}.to_float32`, [inType(value, "float64").text], to);
      return to === "float64" ? inType(value, to) : tried(value.text, to);
    case "int64":
      return to === "int32" ? narrowed(value, to) : inType(value, to);
    case "timestamp":
      return atom(`make_timestamp(epoch_us(${value.text}))::date`, to);
    case "date":
      return atom(`make_timestamptz(epoch_us(try_cast(${value.text} as timestamp)))`, to);
    default:
      return inType(value, to);
  }
}

/** Renders a cast of a text. */
export const castText = textCasts({
  inType,
  narrowed,
  call: (name, operands, type) => call(`${FUNCTIONS_SCHEMA}.${name}`, operands, type),
});

/** The value in the type, or null if it does not fit. */
function tried(text: string, to: ValueType): Rendered {
  return atom(`try_cast(${text} as ${castName(to)})`, to);
}

/**
 * A whole number in a smaller type, or null if it does not fit. DuckDB drops a `try_cast` between whole numbers where it
 * compares the result with a constant, and then takes a number that does not fit as it is.
 */
export function narrowed(value: Rendered, to: ValueType): Rendered {
  return atom(`try(${operand(value)}::${castName(to)})`, to);
}
