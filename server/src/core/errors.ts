import { type ErrorRow, errorTable } from "./error-table";

export type ErrorCode = keyof typeof errorTable;

/** One of several faults: its path (`ids[3]`, `query.features`, `server.port`) and what is wrong there. */
export interface Fault {
  readonly path: string;
  readonly detail: string;
}

export interface ErrorExtra {
  readonly errors?: readonly Fault[];
  /** Response headers of the error, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly members?: ProblemMembers;
  readonly cause?: unknown;
}

/** Members of the problem documents of limits and of withdrawn snapshots. */
export interface ProblemMembers {
  /** The policies of `RateLimit-Policy` that the request exceeds. */
  readonly "violated-policies"?: readonly string[];
  readonly limit?: number;
  readonly used?: number;
  /** RFC 3339. */
  readonly resets_at?: string;
  /** Why a snapshot was withdrawn. */
  readonly reason?: string;
  /** The id of the snapshot that replaces it. */
  readonly successor?: string;
}

/**
 * The one error that callers see. `detail` is shown to them, so it says what is wrong and what to do, and
 * quotes no secret.
 *
 * @example throw new FeatstoreError("feature_not_found", 'There is no feature "sentimant"; did you mean "sentiment"?')
 */
export class FeatstoreError extends Error {
  readonly errors: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;
  readonly members: ProblemMembers;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    extra: ErrorExtra = {},
  ) {
    super(detail, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = "FeatstoreError";
    this.errors = extra.errors ?? [];
    this.headers = extra.headers ?? {};
    this.members = extra.members ?? {};
  }

  get status(): number {
    return errorTable[this.code].status;
  }
}

const errorCodes = Object.keys(errorTable) as ErrorCode[];

/** The codes of HTTP responses, in the table's order. */
export const httpErrorCodes: readonly ErrorCode[] = errorCodes.filter((code) => errorTable[code].status !== 0);

/** The detail of an internal fault. It reveals nothing; the request id leads to the log. */
export const INTERNAL_DETAIL =
  "Something went wrong on our side. The request id leads to its record in the server's log.";

/** A problem document (RFC 9457), `application/problem+json`. */
export interface Problem extends ProblemMembers {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly instance?: string;
  readonly request_id: string;
  readonly errors?: readonly Fault[];
}

/** Codes of the file system, and the SQLSTATE of PostgreSQL, for a disk without room. */
const DISK_FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EFBIG", "53100"]);

/** Converts the error of a full disk, of a file or of PostgreSQL, to `storage_full`; undefined for any other error. */
export function fullDisk(error: unknown): FeatstoreError | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("sqlState" in error && DISK_FULL.has(error.sqlState))
    return new FeatstoreError("storage_full", "PostgreSQL's disk has no room left.", { cause: error });
  if ("code" in error && DISK_FULL.has(error.code))
    return new FeatstoreError("storage_full", "The server's disk has no room left.", { cause: error });
  return undefined;
}

/** Builds the problem document of an error. Anything but a `FeatstoreError` or a full disk is an internal fault. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known =
    error instanceof FeatstoreError && error.status !== 0 && error.code !== "internal" ? error : fullDisk(error);
  const code: ErrorCode = known?.code ?? "internal";
  const { status, title, type = `/docs/errors#${code}` }: ErrorRow = errorTable[code];
  return {
    type,
    title,
    status,
    code,
    detail: known?.detail ?? INTERNAL_DETAIL,
    request_id: requestId,
    ...(known && known.errors.length > 0 ? { errors: known.errors } : {}),
    ...known?.members,
  };
}
