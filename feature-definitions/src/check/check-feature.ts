import type { EmbeddingSpace, Feature, FeatureView } from "../ir/nodes";
import { isNullable, typeOf } from "../ir/type-of";
import { isNumeric } from "../ir/type-tables";
import { type ValueType, vectorDimensions } from "../ir/types";
import { checkFeatureExpression } from "./check-expression";
import { checkName } from "./check-names";
import { checkVectorType } from "./check-operands";
import type { Report } from "./report";

const spacePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

function checkEmbedding(report: Report, place: string, type: ValueType, embedding: EmbeddingSpace | null): void {
  const isVector = vectorDimensions(type) !== undefined;
  if (isVector && embedding === null) report("embedding_without_space", place, {});
  if (embedding === null) return;
  if (!isVector) report("space_not_vector", place, { type });
  if (!spacePattern.test(embedding.space)) report("space_name_invalid", place, { name: embedding.space });
}

function checkContract(report: Report, place: string, { name, type, contract }: Feature): void {
  const { description, minimum, maximum, allowedValues, maximumNullFraction } = contract;
  if (description === null || description.trim() === "") report("feature_undocumented", place, { name });
  if (minimum !== null || maximum !== null) {
    const [low, high] = [minimum ?? -Number.MAX_VALUE, maximum ?? Number.MAX_VALUE];
    if (!isNumeric(type)) report("range_not_numeric", place, { type });
    if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
      report("range_empty", place, { minimum: low, maximum: high });
    }
  }
  const isAllowed = (value: string | number): boolean =>
    type === "string" ? typeof value === "string" : type === "int32" && Number.isInteger(value);
  if (allowedValues && (allowedValues.length === 0 || !allowedValues.every(isAllowed))) {
    report("one_of_type", place, { type });
  }
  if (maximumNullFraction !== null && !(maximumNullFraction >= 0 && maximumNullFraction <= 1)) {
    report("null_fraction_range", place, { fraction: maximumNullFraction });
  }
}

export function checkFeature(report: Report, view: FeatureView, feature: Feature): void {
  const place = `features.${feature.name}`;
  const { name, expression, type, nullable, embedding } = feature;
  checkName(report, place, name);
  if (view.entity.key.some((key) => key.name === name)) report("name_reserved", place, { name });
  checkFeatureExpression(report, place, view.source, expression);
  checkVectorType(report, place, type);
  const describe = (valueType: ValueType, mayBeNull: boolean): string =>
    mayBeNull ? `${valueType} or null` : valueType;
  const declared = describe(type, nullable);
  const actual = describe(typeOf(expression), isNullable(expression));
  if (declared !== actual) report("feature_type_differs", place, { declared, actual });
  checkEmbedding(report, place, type, embedding);
  checkContract(report, place, feature);
}
