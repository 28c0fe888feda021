import { typeOf } from "../../ir/type-of";
import type { ValueType } from "../../ir/types";
import { atom, call, operand, type Rendered } from "../text/rendered";
import { readsText } from "../text/scalar-parts";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import type { CastOf } from "../tree/sql-tree";
import { inType } from "./rendered";

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

/** Renders a cast of its input; the value is null if the input does not parse or fit. */
export function castValue(cast: CastOf, input: Rendered): Rendered {
  const from: ValueType = readsText(cast) ? "string" : typeOf(cast.operand);
  const { to } = cast;
  if (from === to) return inType(input, to);
  switch (from) {
    case "string":
    case "json":
      return convert(to, inType(input, from));
    case "int64":
    case "float32":
    case "float64":
    case "decimal":
      return narrows(from, to) ? convert(to, inType(input, from)) : inType(inType(input, from), to);
    case "timestamp":
      return atom(`(${operand(inType(input, from))} at time zone 'UTC')::date`, "date");
    case "date":
      return to === "timestamp"
        ? atom(`(${operand(inType(input, from))}::timestamp at time zone 'UTC')`, "timestamp")
        : inType(input, to);
    default:
      return inType(inType(input, from), to);
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
