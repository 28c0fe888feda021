import type { components } from "./generated/openapi";

/** The codes of this version's contract; a newer server may send others. */
export type ErrorCode = components["schemas"]["Problem"]["code"];

// Keeps the completion of the known codes; a union with plain `string` would lose it.
type AnyErrorCode = ErrorCode | (string & Record<never, never>);

/**
 * An RFC 9457 problem document as the server sends it. `code` is stable and meant for programs; `title` and `detail`
 * are for people; `errors` tell where.
 */
export type Problem = Omit<components["schemas"]["Problem"], "code"> & { readonly code: AnyErrorCode };

/** Marks the errors of every loaded copy of this package. */
const BRAND: unique symbol = Symbol.for("@featstore/client/error") as never;

/** The base class of all errors of this package. */
export class FeatstoreError extends Error {
  override readonly name: string = "FeatstoreError";

  get [BRAND](): true {
    return true;
  }

  /** For logs: `JSON.stringify` would leave out the message. */
  toJSON(): object {
    return { ...this, message: this.message };
  }
}

/**
 * True for errors of this package, also of another loaded copy of it, for which `instanceof` fails. Decide by `name` and
 * `code` then.
 *
 * @example
 * if (isFeatstoreError(error) && error.name === "NotFoundError") return null;
 */
export function isFeatstoreError(error: unknown): error is FeatstoreError {
  return typeof error === "object" && error !== null && BRAND in error;
}

/** A call that cannot be sent: a key of several parts without an order, an empty base URL. */
export class InvalidCallError extends FeatstoreError {
  override readonly name = "InvalidCallError";
}

/** There was no complete answer: connection refused or reset, name not found, cut off. `cause` is a copy of the error of `fetch`. */
export class ConnectionError extends FeatstoreError {
  override readonly name = "ConnectionError";
}

/** There was no complete answer within `timeoutMs` or `deadlineMs`. */
export class TimeoutError extends FeatstoreError {
  override readonly name = "TimeoutError";
}

/** The call's `signal` was aborted. `cause` is the signal's reason. */
export class AbortedError extends FeatstoreError {
  override readonly name = "AbortedError";
}

/** An answer that does not match the contract: from another server, a proxy's page, or a redirect. */
export class UnexpectedAnswerError extends FeatstoreError {
  override readonly name = "UnexpectedAnswerError";
}

/** The reason why a training set ended without a result. `errors` tell where. */
export interface TrainingSetFailure {
  /** A stable code, such as `training_set_leaks`; `cancelled` or `deleted` if a user did that. */
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly detail: string }[];
}

/** A training set ended without a result while the client waited for it. */
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

/** The received bytes do not have the SHA-256 that the server sent. */
export class ChecksumError extends FeatstoreError {
  override readonly name = "ChecksumError";
}

/** The content of an answer with a status outside 200–299. */
export interface ApiErrorParts {
  readonly status: number;
  /** The problem document's stable code, `feature_view_not_found`; `http_<status>` if the answer had none. */
  readonly code: AnyErrorCode;
  /** The request's id in the server's logs; null if the answer had none. */
  readonly requestId: string | null;
  /** The problem document; null if the answer was something else (a proxy's page, say). */
  readonly problem: Problem | null;
  /** The problem document's description: what was wrong, where, and what to do. Null without one. */
  readonly detail: string | null;
  /** The positions that were wrong; empty if the answer names none. */
  readonly errors: readonly { readonly path: string; readonly detail: string }[];
  /** Seconds to wait, from the answer's `Retry-After`, else from its exhausted limits; null if it has neither. */
  readonly retryAfter: number | null;
}

/**
 * The server answered with an error. Common statuses have their own class, such as `NotFoundError`.
 *
 * @example
 * try {
 *   await client.features.get(7, { features: ["speech_sentimnt"] });
 * } catch (error) {
 *   if (error instanceof NotFoundError) console.error(error.code, error.detail, error.requestId);
 *   else throw error;
 * }
 */
export class ApiError extends FeatstoreError implements ApiErrorParts {
  override readonly name: string = "ApiError";
  declare readonly status: number;
  declare readonly code: AnyErrorCode;
  declare readonly requestId: string | null;
  declare readonly problem: Problem | null;
  declare readonly detail: string | null;
  declare readonly errors: ApiErrorParts["errors"];
  declare readonly retryAfter: number | null;

  /** `said`: what the message says after status and code, by default the problem document's description. */
  constructor(parts: ApiErrorParts, said?: string) {
    super(messageOf(parts, said));
    Object.assign(this, parts);
  }
}

/** 400: the request was malformed; `code` says how, `errors` where. */
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

/** 404: an unknown feature view, feature, version, service or embedding. (An unknown entity is not an error.) */
export class NotFoundError extends ApiError {
  override readonly name = "NotFoundError";
}

/** 409: not possible in the current state: a training set that is not finished has no data yet. */
export class ConflictError extends ApiError {
  override readonly name = "ConflictError";
}

/** 410: a retired version, or a training set without data. */
export class GoneError extends ApiError {
  override readonly name = "GoneError";
}

/** 405: the operation does not exist; most likely the client has a different version. */
export class MethodNotAllowedError extends ApiError {
  override readonly name = "MethodNotAllowedError";
}

/** 413: the body is larger than the server takes. */
export class PayloadTooLargeError extends ApiError {
  override readonly name = "PayloadTooLargeError";
}

/** 415: the body was not recognized as JSON. */
export class UnsupportedMediaTypeError extends ApiError {
  override readonly name = "UnsupportedMediaTypeError";
}

/** 429: too many requests; retry after `retryAfter` seconds. */
export class RateLimitError extends ApiError {
  override readonly name = "RateLimitError";
}

/** 500 and above: a fault of the server or a proxy. `requestId` finds it in the logs. */
export class ServerError extends ApiError {
  override readonly name: string = "ServerError";
}

/** 503: the server is overloaded, starting or draining; `retryAfter` may tell when to retry. */
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

/** Creates the error for an answer, by status: from 500 at least `ServerError`, `ApiError` for statuses without a class. */
export function apiError(parts: ApiErrorParts, said?: string): ApiError {
  const Class = classes.get(parts.status) ?? (parts.status >= 500 ? ServerError : ApiError);
  return new Class(parts, said);
}

function messageOf(
  { status, code, problem, detail, requestId }: ApiErrorParts,
  said = problem === null ? "the answer was not a problem document" : detail,
): string {
  return `${status} ${code}${said === null ? "" : `: ${said}`}${requestId === null ? "" : ` (request ${requestId})`}`;
}
