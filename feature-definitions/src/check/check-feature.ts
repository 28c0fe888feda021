import type { EmbeddingSpace, Feature, FeatureView } from "../ir/nodes";
import { type ValueType, vectorDimensions } from "../ir/types";
import { checkContract, checkDeclaredType } from "./check-contract";
import { checkDefault } from "./check-default";
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

export function checkFeature(report: Report, view: FeatureView, feature: Feature): void {
  const place = `features.${feature.name}`;
  const { name, expression, type, embedding } = feature;
  checkName(report, place, name);
  if (view.entity.key.some((key) => key.name === name)) report("name_reserved", place, { name });
  checkFeatureExpression(report, place, view.source, expression);
  checkVectorType(report, place, type);
  checkDeclaredType(report, place, feature);
  checkEmbedding(report, place, type, embedding);
  checkContract(report, place, feature);
  checkDefault(report, place, feature);
}
