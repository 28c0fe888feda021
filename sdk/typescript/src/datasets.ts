/** The entry `@featstore/client/datasets`. */
export {
  createDatasets,
  type DatasetBytes,
  type DatasetStream,
  type Datasets,
  type DatasetsOptions,
  type DownloadDatasetOptions,
  type DownloadedDataset,
  type ReadDatasetOptions,
  type ReadSnapshot,
} from "./datasets/datasets";
export {
  ExportFailedError,
  FileChangedError,
  LocalFileError,
  RangeIgnoredError,
  SelectionError,
} from "./datasets/errors";
export type { SavedFile, SaveOptions } from "./datasets/save-file";
export type { FileSelection } from "./datasets/select-files";
export type { AcceptTermsOptions, TermsOfDatasets } from "./datasets/terms";
export type { DownloadProgress, TransferOptions } from "./datasets/transfer-options";
export type {
  DatasetAcceptance,
  DatasetColumn,
  DatasetDescription,
  DatasetFile,
  DatasetFormat,
  DatasetSnapshot,
  DatasetSummary,
  DatasetTerms,
  SnapshotChanges,
} from "./datasets/wire";
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
  NotFoundError,
  PermissionDeniedError,
  type Problem,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnavailableError,
  UnexpectedAnswerError,
} from "./errors";
export type { CallOptions } from "./transport";
export type { CallPromise, ListPromise, ResponseInfo, WithResponse } from "./transport/call-promise";
export type { LogFields, Logger } from "./transport/logger";
export type { RateLimit } from "./transport/rate-limit";
