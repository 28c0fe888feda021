import type { ValueType } from "../../ir/types";
import { atom, type Rendered } from "../text/rendered";
import { textCasts } from "../text/text-casts";
import { ownCall } from "./function";
import { castName, inType } from "./types";

/** Renders a value of type `from` in another type; it is null if it does not parse or fit. */
export function cast(value: Rendered, from: ValueType, to: ValueType): Rendered {
  switch (from) {
    case "string":
      return castText(value, to);
    case "json":
      return ownCall(to === "string[]" ? "to_text_array" : "to_float64_array", [value.text], to);
    case "float32":
    case "float64":
      if (to === "int32" || to === "int64") return tried(rounded(inType(value, "float64").text, to), to);
      return to === "float32" ? ownCall("to_float32", [value.text], to) : inType(value, to);
    case "decimal":
      if (to === "string") return atom(`regexp_replace(${value.text}::string, '\\\\.?0+\\\\z', '')`, to);
      if (to === "float32") return ownCall("to_float32", [inType(value, "float64").text], to);
      return to === "float64" ? inType(value, to) : tried(`round(${value.text})`, to);
    case "int64":
      return to === "int32" ? tried(value.text, to) : inType(value, to);
    default:
      return inType(value, to);
  }
}

/** Renders a cast of a text. */
export const castText = textCasts({ inType, call: ownCall, narrowed: (value, to) => tried(value.text, to) });

/** The nearest whole number. Spark takes 2^63 for the largest int64; it is null. */
function rounded(text: string, to: "int32" | "int64"): string {
  return to === "int64" ? `nullif(round(${text}), 9223372036854775808D)` : `round(${text})`;
}

/** The value in the type, or null if it does not fit. */
function tried(text: string, to: ValueType): Rendered {
  return atom(`try_cast(${text} as ${castName(to)})`, to);
}
