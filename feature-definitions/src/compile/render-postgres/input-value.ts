import type { ServiceInput } from "../../ir/nodes";
import { vectorDimensions } from "../../ir/types";
import { castValue } from "./casts";
import { atom, compound, inType, type Parameters, type Rendered } from "./rendered";

/**
 * An input's value among those of a spine row: a JSON object, as text, in `values`. What is no value of the input's type
 * is null: it was refused when the spine came.
 */
export function inputValue({ name, type }: ServiceInput, values: string, parameters: Parameters): Rendered {
  const key = parameters.add(name, "string").text;
  if (type === "json") return atom(`nullif(${values}::jsonb -> ${key}, 'null'::jsonb)`, "json");
  const text = compound(`${values}::jsonb ->> ${key}`, "string");
  if (vectorDimensions(type) !== undefined) return inType(text, type);
  const operand = { kind: "column", name, type: "string", nullable: true } as const;
  return castValue({ kind: "cast", operand, to: type, strict: false }, text);
}
