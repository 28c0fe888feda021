import { commonType } from "../../ir/type-of";
import { isNumeric } from "../../ir/type-tables";
import type { ValueType } from "../../ir/types";
import type { Parameters, ValueText } from "./rendered";

/** The type in which values of these types are compared: mixed numbers are compared as floats if one is a float. */
export function comparedAs(types: readonly ValueType[]): ValueType {
  const floats = types.some((type) => type === "float32" || type === "float64");
  if (floats && types.every(isNumeric)) return types.every((type) => type === "float32") ? "float32" : "float64";
  return commonType(types);
}

export function zoneText({ quoteText }: Pick<ValueText, "quoteText">, zone: string, parameters: Parameters): string {
  return zone === "UTC" ? quoteText(zone) : parameters.add(zone, "string").text;
}
