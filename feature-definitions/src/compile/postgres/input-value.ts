import type { ServiceInput } from "../../ir/nodes";
import { vectorDimensions } from "../../ir/types";
import { atom, compound, type Parameters, type Rendered } from "../text/rendered";
import { castValue } from "./casts";
import { inType } from "./rendered";

/** Reads an input's value from a spine row's inputs: a JSON object, as text, in `values`. */
export function inputValue({ name, type }: ServiceInput, values: string, parameters: Parameters): Rendered {
  const key = parameters.add(name, "string").text;
  if (type === "json") return atom(`nullif(${values}::jsonb -> ${key}, 'null'::jsonb)`, "json");
  const text = compound(`${values}::jsonb ->> ${key}`, "string");
  if (vectorDimensions(type) !== undefined) return inType(text, type);
  const operand = { kind: "column", name, type: "string", nullable: true } as const;
  return castValue({ kind: "cast", operand, to: type, strict: false }, text);
}
