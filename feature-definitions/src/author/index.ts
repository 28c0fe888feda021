export * from "./aggregate";
export type { Aggregate, RowAggregate, WindowOptions } from "./aggregate-methods";
export * from "./collect";
export * from "./column";
export * from "./conditional";
export * from "./duration";
export * from "./entity";
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
export * from "./feature-service";
export * from "./feature-view";
export * from "./gather";
export * from "./rates";
export type { FeatureDefinition, Level, PlainValue, Scalar, Typed } from "./scalar-types";
export type { ScheduleInput } from "./schedule";
export * from "./service-inputs";
export * from "./source";
export * from "./sql";
export type { JsonValue, RowValue } from "./values";
export * from "./vectors";
