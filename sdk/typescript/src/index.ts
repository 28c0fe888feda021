export type {
  AnswerParts,
  BatchComputedMetadata,
  BatchViewMetadata,
  ComputedMetadata,
  Embedding,
  FeatureService,
  FeatureServiceVersions,
  FeatureView,
  FeatureViewDrift,
  FeatureViewProfile,
  FeatureViewSummary,
  FeatureViewVersion,
  IdError,
  Json,
  RowStatus,
  ViewMetadata,
  ViewStatus,
} from "./answer";
export { type Client, type ClientOptions, createClient } from "./client";
export type {
  EntityDefinition,
  NamedService,
  NamedView,
  PickDefinition,
  ServiceDefinition,
  ViewDefinition,
} from "./definition";
export type {
  EmbeddingFilter,
  EmbeddingHit,
  EmbeddingSearch,
  EmbeddingSearchAnswer,
  Metric,
  SearchEmbeddingsOptions,
} from "./embedding-search";
export type {
  EmbeddingBatch,
  EmbeddingRow,
  Embeddings,
  EmbeddingsAnswer,
  GetEmbeddingBatchOptions,
  GetEmbeddingsOptions,
  NamesOfEmbeddings,
} from "./embeddings";
export {
  AbortedError,
  ApiError,
  type ApiErrorParts,
  AuthenticationError,
  BadRequestError,
  ChecksumError,
  ConflictError,
  ConnectionError,
  type ErrorCode,
  FeatstoreError,
  GoneError,
  InvalidCallError,
  isFeatstoreError,
  MethodNotAllowedError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionDeniedError,
  type Problem,
  RateLimitError,
  ServerError,
  TimeoutError,
  TrainingSetFailedError,
  type TrainingSetFailure,
  UnavailableError,
  UnexpectedAnswerError,
  UnsupportedMediaTypeError,
} from "./errors";
export type {
  FeatureAnswer,
  FeatureChoice,
  GetFeatureBatchOptions,
  GetFeaturesOptions,
  ReadOptions,
  StreamFeaturesOptions,
} from "./feature-options";
export type { BatchOption, FeatureBatchArrow, Features } from "./features";
export type { ReadHealth, ServerHealth } from "./health";
export type { InputsOf, InputsOption, InputValue, InputValues } from "./inputs";
export type { EntityId, KeyPart, KeyParts } from "./key";
export type {
  ApiKey,
  ApiKeyLimits,
  CreateKeyOptions,
  IssuedApiKey,
  Keys,
  RotateKeyOptions,
  UpdateKeyOptions,
} from "./keys";
export { namedService, namedView } from "./named";
export type { FeatureBatch, FeatureRow } from "./read-row";
export type { DriftOptions, FeatureServices, FeatureViews, ProfileOptions } from "./registry";
export type {
  AnyRegistry,
  EmbeddingName,
  RegistryTypes,
  SelectorOf,
  ServiceSelectorOf,
  SingleFeatureName,
} from "./registry-types";
export type { FeaturesOf, Values } from "./row-types";
export type { ListRunsOptions, Run, RunState, Runs } from "./runs";
export type { Selector, ServiceSelector } from "./selection";
export type { DownloadOptions, TrainingSetDownload } from "./training-download";
export type {
  CreateTrainingSetOptions,
  SpineFile,
  TrainingLabel,
  TrainingSetFormat,
  TrainingSplit,
} from "./training-request";
export type { TrainingSet, TrainingSetManifest, TrainingSetState } from "./training-set";
export type { CreatedTrainingSet, TrainingSets } from "./training-sets";
export type { TrainingSetProgress, WaitOptions } from "./training-wait";
export type { CallOptions } from "./transport";
export type { CallPromise, ListPromise, ResponseInfo, WithResponse } from "./transport/call-promise";
export type { LogFields, Logger } from "./transport/logger";
export type { RateLimit } from "./transport/rate-limit";
export type { TracedCall, Tracing } from "./transport/tracing";
export type { GetUsageOptions, Usage, UsageGrouping, UsageReport, UsageRow } from "./usage";
export { zipRows } from "./zip";
