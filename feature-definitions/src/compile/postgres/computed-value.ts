import type { ComputedFeature, DefaultValue } from "../../ir/nodes";
import type { ValueType } from "../../ir/types";
import { call, inType, type Parameters, type Rendered } from "./rendered";
import { renderScalar } from "./scalar";

/** Returns the value, or the default in place of null. */
export function filled(
  value: Rendered,
  type: ValueType,
  byDefault: DefaultValue | undefined,
  parameters: Parameters,
): Rendered {
  if (byDefault === undefined) return value;
  return call("coalesce", [value.text, parameters.add(String(byDefault), type).text], type);
}

/** Renders a computed feature in SQL; `columnValue` binds the columns of its expression. */
export function computedValue(
  { expression, type, default: byDefault }: ComputedFeature,
  columnValue: (column: string) => Rendered,
  parameters: Parameters,
): Rendered {
  const value = renderScalar(expression, { parameters, column: columnValue });
  return filled(inType(value, type), type, byDefault, parameters);
}
