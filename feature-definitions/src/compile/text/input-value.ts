import type { ServiceInput } from "../../ir/nodes";
import { vectorDimensions } from "../../ir/types";
import type { DialectParts } from "./dialect-parts";
import type { Parameters, Rendered } from "./rendered";

/** Reads an input's value from a spine row's inputs: a JSON object, as text, in `values`. */
export function inputValue(
  { inType, scalars }: DialectParts,
  { name, type }: ServiceInput,
  values: Rendered,
  parameters: Parameters,
): Rendered {
  const inputs = scalars.parsedInputs(values.text);
  if (type === "json") return scalars.jsonAt(inputs, [name], parameters);
  const text = scalars.jsonText(inputs, [name], type, parameters);
  return vectorDimensions(type) === undefined ? scalars.cast(text, "string", type) : inType(text, type);
}
