/**
 * Every way in which Featstore says no: a stable code, its HTTP status and its title. The OpenAPI document, the running
 * server and the clients' error types derive from this table. Status 0: said by the command line only.
 */
export const errorTable = {
  invalid_request: { status: 400, title: "The request is not valid HTTP for this server" },
  unknown_parameter: { status: 400, title: "Unknown query parameter" },
  invalid_parameter: { status: 400, title: "Invalid query parameter" },
  invalid_selection: { status: 400, title: "The selection of features cannot be read" },
  selection_conflict: { status: 400, title: "Features and a service were both given" },
  mixed_entities: { status: 400, title: "The selection spans several entities" },
  entity_required: { status: 400, title: "The request does not say which entity it means" },
  vector_not_named: { status: 400, title: "Vectors are only given when named" },
  id_empty: { status: 400, title: "An entity id is empty" },
  id_too_long: { status: 400, title: "An entity id is too long" },
  id_not_exact: { status: 400, title: "An entity id is not an exact integer" },
  id_invalid: { status: 400, title: "An entity id has the wrong form" },
  body_required: { status: 400, title: "A request body is required" },
  invalid_json: { status: 400, title: "The request body is not JSON" },
  invalid_body: { status: 400, title: "The request body has the wrong shape" },
  ids_empty: { status: 400, title: "No ids were given" },
  too_many_ids: { status: 400, title: "Too many ids in one request" },
  as_of_future: { status: 400, title: "The as-of time lies in the future" },
  inputs_not_taken: { status: 400, title: "Inputs were given where none are taken" },
  inputs_invalid: { status: 400, title: "The inputs have the wrong shape" },
  input_unknown: { status: 400, title: "There is no such input" },
  input_missing: { status: 400, title: "An input is required" },
  input_invalid: { status: 400, title: "An input has the wrong form" },
  input_not_exact: { status: 400, title: "An input is not exact" },
  input_time_zone_required: { status: 400, title: "A time among the inputs names no time zone" },
  input_too_long: { status: 400, title: "An input is too long" },
  vector_invalid: { status: 400, title: "A vector has the wrong form" },
  vector_dimensions: { status: 400, title: "A vector has other dimensions than the embedding" },
  vector_zero: { status: 400, title: "A vector of length 0 has no direction" },
  vector_space: { status: 400, title: "A vector is of another space" },
  filter_invalid: { status: 400, title: "The filter cannot be read" },
  spine_unreadable: { status: 400, title: "The spine cannot be read" },
  spine_column_missing: { status: 400, title: "The spine lacks a column" },
  spine_column_unknown: { status: 400, title: "The spine has no column that was asked for" },
  spine_column_duplicate: { status: 400, title: "Two columns of the spine have the same name" },
  spine_column_taken: { status: 400, title: "A column of the spine has the name of one of the result" },
  spine_column_invalid: { status: 400, title: "A column of the spine cannot be used" },
  spine_row_invalid: { status: 400, title: "A row of the spine cannot be read" },
  spine_key_missing: { status: 400, title: "A row of the spine lacks a key" },
  spine_key_invalid: { status: 400, title: "A key in the spine has the wrong form" },
  spine_time_invalid: { status: 400, title: "An as-of time in the spine cannot be read" },
  spine_time_zone_required: { status: 400, title: "An as-of time in the spine names no time zone" },
  spine_time_future: { status: 400, title: "An as-of time in the spine lies in the future" },
  training_set_too_costly: { status: 0, title: "The training set joins too many rows" },
  training_set_leaks: { status: 0, title: "A feature of the training set gives a label away" },
  training_set_interrupted: { status: 0, title: "The process that made the training set has ended" },
  training_value_not_finite: { status: 0, title: "A value of the training set is NaN or infinite" },
  spine_empty: { status: 400, title: "The spine has no rows" },
  label_invalid: { status: 400, title: "A label cannot be made" },
  split_invalid: { status: 400, title: "The split cannot be made" },
  key_required: { status: 401, title: "An API key is required" },
  key_malformed: { status: 401, title: "The API key is malformed" },
  key_unknown: { status: 401, title: "The API key is not known" },
  key_revoked: { status: 401, title: "The API key was revoked" },
  scope_required: { status: 403, title: "The API key lacks a scope" },
  tenant_required: { status: 403, title: "An API key bound to a tenant is required" },
  path_not_found: { status: 404, title: "There is nothing at this path" },
  entity_not_found: { status: 404, title: "Unknown entity" },
  feature_view_not_found: { status: 404, title: "Unknown feature view" },
  feature_view_version_not_found: { status: 404, title: "Unknown version of a feature view" },
  feature_not_found: { status: 404, title: "Unknown feature" },
  feature_service_not_found: { status: 404, title: "Unknown feature service" },
  feature_service_version_not_found: { status: 404, title: "Unknown version of a feature service" },
  embedding_not_found: { status: 404, title: "Unknown embedding" },
  vector_not_found: { status: 404, title: "The entity has no vector to search by" },
  baseline_missing: { status: 404, title: "There is no earlier generation to compare with" },
  profile_not_found: { status: 404, title: "There is no such profile" },
  training_set_not_found: { status: 404, title: "Unknown training set" },
  training_set_elsewhere: { status: 404, title: "The training set's file is on another machine" },
  method_not_allowed: { status: 405, title: "The method is not allowed at this path" },
  not_acceptable: { status: 406, title: "No accepted media type can be answered" },
  training_set_not_finished: { status: 409, title: "The training set is not finished" },
  training_set_finished: { status: 409, title: "The training set is finished" },
  feature_view_retired: { status: 410, title: "The version of the feature view is retired" },
  training_set_without_data: { status: 410, title: "The training set ended without data" },
  body_too_large: { status: 413, title: "The request body is too large" },
  spine_too_large: { status: 413, title: "The spine has too many rows" },
  unsupported_content_encoding: { status: 415, title: "The request body must not be encoded" },
  unsupported_media_type: { status: 415, title: "The request body must be JSON" },
  range_not_satisfiable: { status: 416, title: "The range lies outside the file" },
  rate_limited: { status: 429, title: "Too many requests with this API key" },
  too_many_failed_attempts: { status: 429, title: "Too many failed attempts to authenticate" },
  internal: { status: 500, title: "Internal error" },
  starting: { status: 503, title: "The server is starting" },
  view_not_materialized: { status: 503, title: "The feature view is not materialized yet" },
  store_unavailable: { status: 503, title: "The store is unavailable" },
  store_timeout: { status: 503, title: "The store did not answer in time" },
  training_queue_full: { status: 503, title: "Too many training sets wait" },
  overloaded: { status: 503, title: "The server is overloaded" },
  config_invalid: { status: 0, title: "The configuration is not valid" },
  key_secret_required: { status: 0, title: "The secret for API keys is not configured" },
  key_not_found: { status: 0, title: "There is no API key with this id" },
  port_in_use: { status: 0, title: "The port is in use" },
  address_unavailable: { status: 0, title: "The server cannot listen on this address" },
  data_folder_unusable: { status: 0, title: "The data folder cannot be used" },
  data_folder_held: { status: 0, title: "The data folder is held by another process" },
  database_too_old: { status: 0, title: "The version of PostgreSQL is too old" },
  chunk_entities_invalid: { status: 0, title: "A chunk cannot have so many entities" },
  other_compiler: { status: 0, title: "The feature view was applied by another version of featstore" },
  search_path_changed: { status: 0, title: "A source's query would mean something else by now" },
  database_read_only: { status: 0, title: "PostgreSQL lets nothing be written" },
  statement_timeout: { status: 0, title: "PostgreSQL's statement_timeout is too short" },
  lock_timeout: { status: 0, title: "PostgreSQL did not get a lock in time" },
  not_serialized: { status: 0, title: "PostgreSQL could not serialize a statement with others" },
  too_few_rows: { status: 0, title: "A generation has fewer rows than its view promises" },
  too_many_rows_lost: { status: 0, title: "A generation has lost more rows than its view allows" },
  schedule_invalid: { status: 0, title: "A schedule cannot be read" },
  sample_table_exists: { status: 0, title: "A table of the sample's name exists and is not sample data" },
  sample_table_in_use: { status: 0, title: "Something depends on the sample's tables" },
  sample_unreadable: { status: 0, title: "The sample's files cannot be read" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ErrorCode = keyof typeof errorTable;

/** One fault among several: where it is (`ids[3]`, `query.features`, `server.port`) and what is wrong there. */
export interface Fault {
  readonly place: string;
  readonly detail: string;
}

export interface ErrorExtra {
  readonly errors?: readonly Fault[];
  /** Response headers that belong to the error, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * The one error that is told to a caller: `detail` is shown to them, so it says what is wrong and what to do, and
 * quotes no secret.
 *
 * @example throw new FeatstoreError("feature_not_found", 'There is no feature "mod"; did you mean "mood"?')
 */
export class FeatstoreError extends Error {
  readonly errors: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    extra: ErrorExtra = {},
  ) {
    super(detail, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = "FeatstoreError";
    this.errors = extra.errors ?? [];
    this.headers = extra.headers ?? {};
  }

  get status(): number {
    return errorTable[this.code].status;
  }
}

/** The codes that an HTTP response may carry, in the table's order. */
export const httpErrorCodes: readonly ErrorCode[] = (Object.keys(errorTable) as ErrorCode[]).filter(
  (code) => errorTable[code].status !== 0,
);

/** What is said of a fault of ours: nothing of its nature, the request id leads to the log. */
export const INTERNAL_DETAIL =
  "Something went wrong on our side. The request id leads to its record in the server's log.";

/** A problem document (RFC 9457), `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly instance?: string;
  readonly request_id: string;
  readonly errors?: readonly Fault[];
}

/** The problem document of an error; anything but a `FeatstoreError` is an internal fault. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = error instanceof FeatstoreError && error.status !== 0 && error.code !== "internal" ? error : undefined;
  const code: ErrorCode = known?.code ?? "internal";
  const { status, title } = errorTable[code];
  return {
    type: `/docs#${code}`,
    title,
    status,
    code,
    detail: known?.detail ?? INTERNAL_DETAIL,
    request_id: requestId,
    ...(known && known.errors.length > 0 ? { errors: known.errors } : {}),
  };
}
