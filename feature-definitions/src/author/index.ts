export {
  any,
  avg,
  count,
  countDistinct,
  every,
  first,
  latest,
  max,
  min,
  mode,
  percentile,
  type SumType,
  stddev,
  sum,
  variance,
} from "./aggregate";
export type { Aggregate, RowAggregate, WindowOptions } from "./aggregate-methods";
export {
  bool,
  type ColumnDefinition,
  date,
  decimal,
  float32,
  float64,
  float64Array,
  int32,
  int64,
  json,
  string,
  stringArray,
  timestamp,
  uuid,
  vector,
} from "./column";
export { type CaseBuilder, coalesce, literal, when } from "./conditional";
export {
  type DatasetColumns,
  type DatasetDefinition,
  type DatasetOptions,
  type DatasetRow,
  dataset,
} from "./dataset";
export { type Duration, days, hours, minutes } from "./duration";
export { type EntityDefinition, type EntityKeySet, type EntityOptions, entity, type KeyFor } from "./entity";
export type {
  FeaturePick,
  FeatureType,
  JoinedRow,
  JoinedView,
  PickedTypes,
  SingleKey,
  ThroughPick,
  ViewFeature,
} from "./feature-pick";
export {
  type FeatureServiceDefinition,
  type FeatureServiceOptions,
  featureService,
  type InputsOf,
  type KeyOf,
  type RowOf,
  type ServiceRow,
} from "./feature-service";
export {
  type FeatureInput,
  type FeatureRow,
  type FeatureViewDefinition,
  type FeatureViewOptions,
  featureView,
} from "./feature-view";
export { collect, type GatherType, lastN } from "./gather";
export { changeAgainstPrevious, ratePerDay, type WindowedNumber } from "./rates";
export type { FeatureDefinition, Level, PlainValue, Scalar, Typed } from "./scalar-types";
export type { ScheduleInput } from "./schedule";
export type { AsOf, InputColumns, InputDeclaration, InputSet, InputsRow } from "./service-inputs";
export {
  type ColumnSet,
  type Extended,
  type ExtendOptions,
  type KeyColumnSet,
  type KeyName,
  type Keys,
  type Others,
  type PartitionOption,
  type Row,
  type SourceDefinition,
  type SourceOptions,
  source,
  type TimeColumnOption,
} from "./source";
export { sql } from "./sql";
export type { JsonValue, RowValue } from "./values";
export { cosineSimilarity, innerProduct, l2Distance } from "./vectors";
