import type { EmbeddingSpace, Feature, FeatureView } from "../ir/nodes";
import { type ValueType, vectorDimensions } from "../ir/types";
import { checkContract, checkDeclaredType } from "./check-contract";
import { checkDefault } from "./check-default";
import { checkFeatureExpression } from "./check-expression";
import { checkName } from "./check-names";
import { checkVectorType } from "./check-operands";
import type { Report } from "./report";

const spacePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

function checkEmbedding(report: Report, path: string, type: ValueType, embedding: EmbeddingSpace | null): void {
  const isVector = vectorDimensions(type) !== undefined;
  if (isVector && embedding === null) report("embedding_without_space", path, {});
  if (embedding === null) return;
  if (!isVector) report("space_not_vector", path, { type });
  if (!spacePattern.test(embedding.space)) report("space_name_invalid", path, { name: embedding.space });
}

export function checkFeature(report: Report, view: FeatureView, feature: Feature): void {
  const path = `features.${feature.name}`;
  const { name, expression, type, embedding } = feature;
  checkName(report, path, name);
  if (view.entity.key.some((key) => key.name === name)) report("name_reserved", path, { name });
  checkFeatureExpression(report, path, view.source, expression);
  checkVectorType(report, path, type);
  checkDeclaredType(report, path, feature);
  checkEmbedding(report, path, type, embedding);
  checkContract(report, path, feature);
  checkDefault(report, path, feature);
}
