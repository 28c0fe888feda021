import type { ValueType } from "../../ir/types";
import type { DialectParts } from "./dialect-parts";
import type { Rendered } from "./rendered";

/** A function of the session that casts a text; null if the text does not parse or fit. */
type TextCast =
  | "to_bool"
  | "to_int64"
  | "to_float32"
  | "to_float64"
  | "to_decimal"
  | "to_timestamp"
  | "to_date"
  | "to_json";

interface TextCasts {
  readonly inType: DialectParts["inType"];
  readonly call: (name: TextCast, operands: readonly string[], type: ValueType) => Rendered;
  /** A whole number in a smaller type, or null if it does not fit. */
  readonly narrowed: (value: Rendered, to: ValueType) => Rendered;
}

/** Renders casts of texts by functions of the session. */
export function textCasts({ inType, call, narrowed }: TextCasts): (text: Rendered, to: ValueType) => Rendered {
  return (text, to) => {
    const own = (name: TextCast, type = to): Rendered => call(name, [text.text], type);
    switch (to) {
      case "bool":
        return own("to_bool");
      case "int32":
        return narrowed(own("to_int64", "int64"), to);
      case "int64":
        return own("to_int64");
      case "float32":
        return call("to_float32", [own("to_float64", "float64").text], to);
      case "float64":
        return own("to_float64");
      case "decimal":
        return own("to_decimal");
      case "timestamp":
        return own("to_timestamp");
      case "date":
        return own("to_date");
      case "json":
        return own("to_json");
      default:
        return inType(text, to);
    }
  };
}
