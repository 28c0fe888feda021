import type { components } from "./generated/openapi";

/** The codes of this version's contract; a newer server may say others. */
export type ErrorCode = components["schemas"]["Problem"]["code"];

// Keeps the completion of the known codes, which a plain `string` beside them would swallow.
type AnyErrorCode = ErrorCode | (string & Record<never, never>);

/**
 * An RFC 9457 problem document as the server sends it. `code` is stable and meant for programs; `title` and `detail`
 * are meant for people; `errors` say where.
 */
export type Problem = Omit<components["schemas"]["Problem"], "code"> & { readonly code: AnyErrorCode };

/** The root of everything this package throws on purpose. */
export class FeatstoreError extends Error {
  override readonly name: string = "FeatstoreError";
}

/** A call that could not be sent as it was written: a key of several parts without an order, an empty base URL. */
export class InvalidCallError extends FeatstoreError {
  override readonly name = "InvalidCallError";
}

/** No answer came: refused, reset, name not found, redirected. `cause` is the error of `fetch`. */
export class ConnectionError extends FeatstoreError {
  override readonly name = "ConnectionError";
}

/** No complete answer came within `timeoutMs`. */
export class TimeoutError extends FeatstoreError {
  override readonly name = "TimeoutError";
}

/** The call's `signal` was aborted. `cause` is the signal's reason. */
export class AbortedError extends FeatstoreError {
  override readonly name = "AbortedError";
}

/** An answer with a success status that is not what the contract says: another server, a proxy's page. */
export class UnexpectedAnswerError extends FeatstoreError {
  override readonly name = "UnexpectedAnswerError";
}

/** Why a training set ended without a result. `errors` say where. */
export interface TrainingSetFailure {
  /** Stable, `training_set_leaks`; `cancelled` and `deleted` where somebody did that. */
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly detail: string }[];
}

/** A training set that was waited for ended without a result. */
export class TrainingSetFailedError extends FeatstoreError {
  override readonly name = "TrainingSetFailedError";

  constructor(
    /** The training set's id. */
    readonly id: string,
    readonly failure: TrainingSetFailure,
  ) {
    super(`Training set ${id}: ${failure.code}: ${failure.detail}`);
  }
}

/** The bytes that came are not those whose SHA-256 the server told. */
export class ChecksumError extends FeatstoreError {
  override readonly name = "ChecksumError";
}

/** What an answer with a status outside 200–299 carries. */
export interface ApiErrorParts {
  readonly status: number;
  /** The problem document's stable code, `feature_view_not_found`; `http_<status>` where the answer had none. */
  readonly code: AnyErrorCode;
  /** The server's id of the request, for its logs; null where the answer had none. */
  readonly requestId: string | null;
  /** The problem document; null where the answer was none (a proxy's page, say). */
  readonly problem: Problem | null;
  /** Seconds to wait as the answer's `Retry-After` says; null where it says nothing. */
  readonly retryAfterSeconds: number | null;
}

/**
 * The server answered, and the answer was not a success. Each status has its class, so that
 * `error instanceof NotFoundError` needs no number.
 *
 * @example
 * try {
 *   await client.features.get(7, { features: ["lyric_sentimnt"] });
 * } catch (error) {
 *   if (error instanceof NotFoundError) console.error(error.code, error.problem?.detail, error.requestId);
 *   else throw error;
 * }
 */
export class ApiError extends FeatstoreError implements ApiErrorParts {
  override readonly name: string = "ApiError";
  readonly status: number;
  readonly code: AnyErrorCode;
  readonly requestId: string | null;
  readonly problem: Problem | null;
  readonly retryAfterSeconds: number | null;

  constructor(parts: ApiErrorParts) {
    super(messageOf(parts));
    this.status = parts.status;
    this.code = parts.code;
    this.requestId = parts.requestId;
    this.problem = parts.problem;
    this.retryAfterSeconds = parts.retryAfterSeconds;
  }
}

/** 400: the request was malformed; `code` and `problem` say where. */
export class BadRequestError extends ApiError {
  override readonly name = "BadRequestError";
}

/** 401: no key, or one that is malformed, unknown or revoked. */
export class AuthenticationError extends ApiError {
  override readonly name = "AuthenticationError";
}

/** 403: the key may not do this, or a tenant is needed. */
export class PermissionDeniedError extends ApiError {
  override readonly name = "PermissionDeniedError";
}

/** 404: an unknown feature view, feature, version, service or embedding. (An unknown entity is no error.) */
export class NotFoundError extends ApiError {
  override readonly name = "NotFoundError";
}

/** 409: not as things stand: a training set that is not finished has no data yet. */
export class ConflictError extends ApiError {
  override readonly name = "ConflictError";
}

/** 410: a version that was retired, or the data of a training set that has none. */
export class GoneError extends ApiError {
  override readonly name = "GoneError";
}

/** 405: the operation does not exist there; a client of another version, most likely. */
export class MethodNotAllowedError extends ApiError {
  override readonly name = "MethodNotAllowedError";
}

/** 413: the body is larger than the server takes. */
export class PayloadTooLargeError extends ApiError {
  override readonly name = "PayloadTooLargeError";
}

/** 415: the body was not taken for JSON. */
export class UnsupportedMediaTypeError extends ApiError {
  override readonly name = "UnsupportedMediaTypeError";
}

/** 429: too many requests; `retryAfterSeconds` says when to come back. */
export class RateLimitError extends ApiError {
  override readonly name = "RateLimitError";
}

/** 500 and above: a fault of the server or of what stands before it. `requestId` finds it in the logs. */
export class ServerError extends ApiError {
  override readonly name: string = "ServerError";
}

/** 503: the server is overloaded, starting or draining; `retryAfterSeconds` may say when to come back. */
export class UnavailableError extends ServerError {
  override readonly name = "UnavailableError";
}

const classes: ReadonlyMap<number, typeof ApiError> = new Map<number, typeof ApiError>([
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [405, MethodNotAllowedError],
  [409, ConflictError],
  [410, GoneError],
  [413, PayloadTooLargeError],
  [415, UnsupportedMediaTypeError],
  [429, RateLimitError],
  [503, UnavailableError],
]);

/** The error for an answer, of the class its status has: `ServerError` from 500 on, `ApiError` where none is its own. */
export function apiError(parts: ApiErrorParts): ApiError {
  const Class = classes.get(parts.status) ?? (parts.status >= 500 ? ServerError : ApiError);
  return new Class(parts);
}

function messageOf({ status, code, problem, requestId }: ApiErrorParts): string {
  const said = problem?.detail ?? "the answer was no problem document";
  return `${status} ${code}: ${said}${requestId === null ? "" : ` (request ${requestId})`}`;
}
