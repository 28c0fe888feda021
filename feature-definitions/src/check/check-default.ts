import type { ComputedFeature, Feature } from "../ir/nodes";
import { castTargets, isNumeric } from "../ir/type-tables";
import type { ScalarType, ValueType } from "../ir/types";
import { isLiteralValid } from "./check-literal";
import type { Report } from "./report";

function hasConstants(type: ValueType): type is ScalarType {
  return Object.hasOwn(castTargets, type) && type !== "json";
}

/** Checks that a default is a value of its feature and satisfies the feature's contract. */
export function checkDefault(
  report: Report,
  path: string,
  { type, contract, default: value }: Feature | ComputedFeature,
): void {
  if (value === undefined) return;
  if (!hasConstants(type)) {
    report("default_unsupported", path, { type });
    return;
  }
  if (!isLiteralValid({ kind: "literal", type, value })) {
    report("literal_invalid", path, { value, type });
    return;
  }
  const { allowedValues } = contract;
  const isAllowed = allowedValues?.some((allowed) => allowed === value) ?? true;
  if (!isAllowed) report("default_not_allowed", path, { value, allowed: allowedValues ?? [] });
  const [minimum, maximum] = [contract.minimum ?? -Number.MAX_VALUE, contract.maximum ?? Number.MAX_VALUE];
  const isOutside = Number(value) < minimum || Number(value) > maximum;
  if (isNumeric(type) && isOutside) report("default_out_of_range", path, { value, minimum, maximum });
}
