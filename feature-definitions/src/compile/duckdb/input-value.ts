import type { ServiceInput } from "../../ir/nodes";
import type { Parameters, Rendered } from "../text/rendered";

/** Reads an input's value from a spine row's inputs: a JSON object, as text, in `values`. */
export function inputValue(input: ServiceInput, _values: string, _parameters: Parameters): Rendered {
  throw new TypeError(`No text for the input ${input.name}`);
}
