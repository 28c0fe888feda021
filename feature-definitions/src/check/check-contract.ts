import type { ComputedFeature, Feature } from "../ir/nodes";
import { isNullable, typeOf } from "../ir/type-of";
import { isNumeric } from "../ir/type-tables";
import type { ValueType } from "../ir/types";
import type { Report } from "./report";

type Promised = Feature | ComputedFeature;

export function checkDeclaredType(report: Report, path: string, { type, nullable, expression }: Promised): void {
  const describe = (valueType: ValueType, mayBeNull: boolean): string =>
    mayBeNull ? `${valueType} or null` : valueType;
  const declared = describe(type, nullable);
  const actual = describe(typeOf(expression), isNullable(expression));
  if (declared !== actual) report("feature_type_differs", path, { declared, actual });
}

export function checkContract(report: Report, path: string, { name, type, contract }: Promised): void {
  const { description, minimum, maximum, allowedValues, maximumNullFraction } = contract;
  if (description === null || description.trim() === "") report("feature_undocumented", path, { name });
  if (minimum !== null || maximum !== null) {
    const [low, high] = [minimum ?? -Number.MAX_VALUE, maximum ?? Number.MAX_VALUE];
    if (!isNumeric(type)) report("range_not_numeric", path, { type });
    if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
      report("range_empty", path, { minimum: low, maximum: high });
    }
  }
  const isAllowed = (value: string | number): boolean =>
    type === "string" ? typeof value === "string" : type === "int32" && Number.isInteger(value);
  if (allowedValues && (allowedValues.length === 0 || !allowedValues.every(isAllowed))) {
    report("one_of_type", path, { type });
  }
  if (maximumNullFraction !== null && !(maximumNullFraction >= 0 && maximumNullFraction <= 1)) {
    report("null_fraction_range", path, { fraction: maximumNullFraction });
  }
}
