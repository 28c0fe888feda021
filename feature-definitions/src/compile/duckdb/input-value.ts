import type { ServiceInput } from "../../ir/nodes";
import { vectorDimensions } from "../../ir/types";
import type { Parameters, Rendered } from "../text/rendered";
import { castValue } from "./casts";
import { jsonAt, jsonText } from "./json";
import { inType } from "./types";

/** Reads an input's value from a spine row's inputs: a JSON object, as text, in `values`. */
export function inputValue({ name, type }: ServiceInput, values: string, parameters: Parameters): Rendered {
  if (type === "json") return jsonAt(values, [name], parameters);
  const text = jsonText(values, [name], type, parameters);
  if (vectorDimensions(type) !== undefined) return inType(text, type);
  const operand = { kind: "column", name, type: "string", nullable: true } as const;
  return castValue({ kind: "cast", operand, to: type, strict: false }, text);
}
