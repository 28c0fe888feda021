export type {
  AnswerParts,
  ComputedMetadata,
  Embedding,
  FeatureService,
  FeatureServiceVersions,
  FeatureView,
  FeatureViewSummary,
  FeatureViewVersion,
  Json,
  RowStatus,
  ViewMetadata,
  ViewStatus,
} from "./answer";
export { type Client, createClient } from "./client";
export type {
  EntityDefinition,
  NamedService,
  NamedView,
  PickDefinition,
  ServiceDefinition,
  ViewDefinition,
} from "./definition";
export type { Embeddings, EmbeddingsAnswer, GetEmbeddingsOptions } from "./embeddings";
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
  FeatureBatch,
  FeatureChoice,
  FeatureRow,
  Features,
  GetFeatureBatchOptions,
  GetFeaturesOptions,
} from "./features";
export type { InputsOf, InputsOption, InputValue, InputValues } from "./inputs";
export type { EntityId, KeyPart, KeyParts } from "./key";
export { namedService, namedView } from "./named";
export type { FeatureServices, FeatureViews } from "./registry";
export type { FeaturesOf, Values } from "./row-types";
export type { Selector, ServiceSelector } from "./selection";
export type { DownloadOptions, TrainingSetDownload } from "./training-download";
export type { TrainingSet, TrainingSetProgress, TrainingSetState, WaitOptions } from "./training-set";
export type {
  CreatedTrainingSet,
  CreateTrainingSetOptions,
  SpineFile,
  TrainingLabel,
  TrainingSetFormat,
  TrainingSets,
  TrainingSplit,
} from "./training-sets";
export type { CallOptions, ClientOptions } from "./transport";
export { zipRows } from "./zip";
