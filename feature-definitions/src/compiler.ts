import type { EngineKind } from "./check/engine-limits";
import type { Dialect } from "./compile/dialect";
import { duckdbDialect } from "./compile/duckdb/index";
import { postgresDialect } from "./compile/postgres/index";
import { sparkDialect } from "./compile/spark/index";

/*
 * The entry for programs, which collect, check, compile, evaluate and compare definitions. It exports what they import:
 * knip reports a name without an importer. Authors use the main entry, `index.ts`.
 */
export { collectDefinitions } from "./author/collect";
export { rowOf } from "./author/source";
export {
  type Catalog,
  type CatalogColumn,
  type CatalogFiles,
  type CatalogForeignKey,
  type CatalogRelation,
  databaseColumnsOf,
  needsVectors,
  type PlainRelation,
  relationName,
  relationsOf,
  sourcesOf,
} from "./check/catalog";
export { checkCatalog } from "./check/check-catalog";
export { engineKind } from "./check/check-engine";
export { checkRenames, type KnownNames } from "./check/check-renames";
export { checkTieBreaks } from "./check/check-tie-break";
export { checkVersions, type RegisteredVersion } from "./check/check-versions";
export { readersOf } from "./check/database-types";
export { type Diagnostic, diagnostic } from "./check/diagnostics";
export type { EngineKind } from "./check/engine-limits";
export { filePathFault, isBucketPath, pathBelowRoots } from "./check/file-path";
export { editDistance, nearestName } from "./check/nearest";
export type { CheckOptions, Engines } from "./check/report";
export {
  appliedRelations,
  checkResolution,
  comparableRelations,
  currentRelations,
  type ResolveRelation,
  resolveDataset,
  resolveRelations,
} from "./check/resolve-relations";
export { looksLikeUpdateTime } from "./check/update-time";
export { checkDefinitions, hasErrors } from "./check/validate";
export { changedKeysTable } from "./compile/changed-entities";
export { viewsOfDataset } from "./compile/dataset/service-rows";
export type { Dialect } from "./compile/dialect";
export { duckdbMacros, duckdbRelationText } from "./compile/duckdb/index";
export {
  boundedNulls,
  type ContractExamplesRow,
  type ContractRuleName,
  changesQueries,
  columnsOf,
  contractExamplesQuery,
  contractRules,
  type FeatureProfile,
  isStrictFeature,
  jsonText,
  MAX_KEY_BYTES,
  type Profile,
  profileQuery,
  servedFeatures,
  servingQueries,
  type UnparsedValues,
  type VerificationRow,
  vectorFeatures,
  verificationQuery,
  type WholeGeneration,
} from "./compile/generations/index";
export {
  COMPILER_VERSION,
  compileChangedEntities,
  compileDataset,
  compileFanOut,
  compileJoinedFanOut,
  compileLateEntities,
  compileRepeats,
  compileRowsBefore,
  compileServiceTrainingSet,
  compileTrainingSet,
  compileView,
  entityKeysQuery,
} from "./compile/index";
export { postgresDialect, postgresFunctions, quoteName, quoteTable, quoteText } from "./compile/postgres/index";
export {
  type ChangeCopy,
  type ChangeScan,
  type ChangeWay,
  type ComparedView,
  type ComparisonRow,
  changedKeysQuery,
  changeWays,
  comparisonQuery,
  compileComputedRows,
  type ViewChanges,
  viewChanges,
} from "./compile/postgres-engine/index";
export type { SpineTable } from "./compile/source/entities";
export { keepsHistory, keepsItsKeys, knowsThePast } from "./compile/source/history";
export {
  sparkChangesView,
  sparkFilesView,
  sparkFunctions,
  sparkName,
  sparkSettings,
  sparkTableView,
} from "./compile/spark/index";
export { chooseStrategy, type FanOut } from "./compile/training/fan-out";
export type { CompiledTrainingSet, TrainingView } from "./compile/training/point-in-time";
export type { CompiledServiceTrainingSet } from "./compile/training/service-training-set";
export type { StoredRows } from "./compile/training/stored-rows";
export type { CompiledView, Statement } from "./compile/tree/statement";
export { compileEvaluator, valueOverNothing } from "./evaluate/compile-evaluator";
export { printDecimal } from "./evaluate/decimals";
export { parseUuid, readerOf } from "./evaluate/parse-text";
export { dateOfText, dateText, dayOfText, instantOfText, instantText } from "./evaluate/time-texts";
export {
  type Decimal,
  type Evaluator,
  type EvaluatorInputs,
  type Json,
  jsonNull,
  type PortableValue,
} from "./evaluate/values";
export { compareViews, type Evolution } from "./evolve/classify";
export type { Change } from "./evolve/diff";
export { isSum } from "./ir/aggregates";
export {
  canonicalJson,
  columnsRead,
  compareCodePoints,
  documentHash,
  meaningHash,
  serviceMeaningHash,
} from "./ir/canonical";
export { type Dataset, INVALID_VALUE } from "./ir/dataset";
export type { Definitions } from "./ir/definitions";
export type {
  AggregateExpression,
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  LiteralExpression,
} from "./ir/expressions";
export {
  type ComputedFeature,
  type Contract,
  DEFAULT_ENGINE,
  type DefaultValue,
  type Entity,
  type EntityKey,
  type Feature,
  type FeatureReference,
  type FeatureService,
  type FeatureView,
  type FilePartition,
  type FilesRelation,
  type History,
  type IcebergRelation,
  type Metric,
  type Relation,
  type Schedule,
  type ServiceInput,
  type Source,
  type SourceColumn,
  scopeOf,
  type TimeColumn,
} from "./ir/nodes";
export { parseDataset, parseFeatureService, parseFeatureView } from "./ir/parse";
export { AS_OF, COMPUTED, featureColumnName, INPUT, inputColumnName } from "./ir/service-columns";
export { featuresReadBy } from "./ir/service-reads";
export { engineOf, originOf, type PlainSource, plainSources } from "./ir/source-parts";
export { typeOf } from "./ir/type-of";
export { isNumeric } from "./ir/type-tables";
export { type KeyType, type ScalarType, type ValueType, type VectorType, vectorDimensions } from "./ir/types";
export { mapExpression, some, walk } from "./ir/visit";

/** The dialects by the kind of an engine. */
export const dialects: Readonly<Record<EngineKind, Dialect>> = {
  postgres: postgresDialect,
  duckdb: duckdbDialect,
  spark: sparkDialect,
};
