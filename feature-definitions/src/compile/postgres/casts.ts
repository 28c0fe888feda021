import type { ValueType } from "../../ir/types";
import { atom, call, operand, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { inType } from "./database-types";

const ownFunction: Partial<Record<ValueType, string>> = {
  bool: "to_bool",
  int32: "to_int32",
  int64: "to_int64",
  float32: "to_float32",
  float64: "to_float64",
  decimal: "to_decimal",
  timestamp: "to_timestamp",
  date: "to_date",
  json: "to_json",
  "string[]": "to_text_array",
  "float64[]": "to_float64_array",
};

/** Renders a value of type `from` in another type; it is null if it does not parse or fit. */
export function cast(value: Rendered, from: ValueType, to: ValueType): Rendered {
  switch (from) {
    case "string":
    case "json":
      return convert(to, value);
    case "int64":
    case "float32":
    case "float64":
    case "decimal":
      return narrows(from, to) ? convert(to, value) : inType(value, to);
    case "timestamp":
      return atom(`(${operand(value)} at time zone 'UTC')::date`, "date");
    case "date":
      return to === "timestamp"
        ? atom(`(${operand(value)}::timestamp at time zone 'UTC')`, "timestamp")
        : inType(value, to);
    default:
      return inType(value, to);
  }
}

function narrows(from: ValueType, to: ValueType): boolean {
  if (to === "int32") return from !== "int32";
  if (to === "int64") return from !== "int64";
  if (to === "float32") return from !== "int64";
  return to === "float64" && from === "decimal";
}

function convert(to: ValueType, input: Rendered): Rendered {
  const name = ownFunction[to];
  return name === undefined ? inType(input, to) : call(`${FUNCTIONS_SCHEMA}.${name}`, [input.text], to);
}
