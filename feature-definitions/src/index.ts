/* The entry for authors: the functions that make definitions, and their types. Programs use `compiler.ts`. */
export * from "./author/index";
export type { Dataset } from "./ir/dataset";
export type { DefaultValue, Entity, Feature, FeatureService, FeatureView, History, Metric, Source } from "./ir/nodes";
export type { ComparableType, GatheredType, NumericType, OrderedType } from "./ir/type-tables";
export type { KeyType, ScalarType, ValueType, VectorType } from "./ir/types";
