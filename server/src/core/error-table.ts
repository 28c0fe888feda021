// Long because it is the one table of all error codes: each code with its status and texts.

/** The texts of an error code, for the problem document and for the page `/docs/errors`. */
export interface ErrorRow {
  /** The HTTP status. 0: no response has this code; the command line or a failed training set reports it. */
  readonly status: number;
  readonly title: string;
  /** The circumstances, in full sentences, with code in backticks. */
  readonly cause: string;
  /** The remedy, in the same form. */
  readonly fix: string;
  /** A registered problem type. By default the type is the code's entry on the page of errors. */
  readonly type?: string;
}

/**
 * Every error that Featstore reports by a stable code. The OpenAPI document, the page of errors, the running server and
 * the clients' error types derive from this table.
 */
export const errorTable = {
  invalid_request: {
    status: 400,
    title: "The request is not valid HTTP for this server",
    cause:
      "The bytes that arrived are not a valid HTTP request, its headers exceed 16 KiB, it did not arrive in time, or the connection ended before the body was complete. The status is then 400, 408 or 431.",
    fix: "Check the client or the proxy in front of the server. Send the request again.",
  },
  unknown_parameter: {
    status: 400,
    title: "Unknown query parameter",
    cause: "The query has a parameter that this operation does not have, often a misspelt one.",
    fix: "Use the names that the API reference lists for the operation. `errors` names each unknown parameter.",
  },
  invalid_parameter: {
    status: 400,
    title: "Invalid query parameter",
    cause: "A parameter has a value of the wrong form or outside its range.",
    fix: "Correct the value that `errors` names.",
  },
  invalid_selection: {
    status: 400,
    title: "The selection of features cannot be read",
    cause:
      "A feature, view or service is not written as `view`, `view.feature`, `view@2` or `view@2.feature`, a computed feature is named without its service, or the selection is empty or too long.",
    fix: "Correct the reference that the detail quotes.",
  },
  selection_conflict: {
    status: 400,
    title: "The selection combines what cannot be read together",
    cause:
      "The request names both features and a service, or several services that cannot be read together: two that compute or take inputs, or two that read one view in different ways.",
    fix: "Send either `features` or a service. To read a part of a service that computes, name the part in `features` as `computed.<name>`. Read services that do not combine one by one.",
  },
  mixed_entities: {
    status: 400,
    title: "The selection spans several entities",
    cause: "The selected features belong to several entities, or to another entity than the request names.",
    fix: "Send one request per entity.",
  },
  entity_required: {
    status: 400,
    title: "The request names no entity",
    cause: "The request names neither an entity nor a feature, and the registry has several entities or none.",
    fix: "Name the entity with `entity`, name at least one feature, or set `default_entity`.",
  },
  vector_not_named: {
    status: 400,
    title: "Vectors are returned only when named",
    cause: "The selected view or entity has only vectors, and vectors are returned only when they are named.",
    fix: "Name the embedding as `view.feature`, or use `/api/embeddings`.",
  },
  id_empty: {
    status: 400,
    title: "An entity id is empty",
    cause: "An id is the empty string, or the path ends before the id.",
    fix: "Send an id.",
  },
  id_too_long: {
    status: 400,
    title: "An entity id is too long",
    cause: "An id, together with its tenant, is longer than 2,048 bytes.",
    fix: "Check the id. Rows with longer keys are never materialized.",
  },
  id_not_exact: {
    status: 400,
    title: "An entity id is not an exact integer",
    cause:
      "An integer id is not written in plain digits, such as `7.0`, `1e3`, `007` or `+7`, or it is a JSON number beyond 2^53 − 1.",
    fix: 'Send large integers as decimal strings, such as `"9007199254740993"`.',
  },
  id_invalid: {
    status: 400,
    title: "An entity id has the wrong form",
    cause: "An id does not have the type or the parts of the entity's key, or it is outside the range of the type.",
    fix: 'Send the id as the entity\'s key is defined: `GET /api/feature-views/{name}/versions/{version}` shows `key`. The parts of a composite key have commas between them in a path, and are the members of an object in a body. In a batch, `"on_invalid_id": "null"` fails only the row of such an id.',
  },
  body_required: {
    status: 400,
    title: "A request body is required",
    cause: "The operation needs a request body, and the request has none.",
    fix: "Send a JSON object.",
  },
  invalid_json: {
    status: 400,
    title: "The request body is not JSON",
    cause: "The body, or a part of it, is not JSON in UTF-8.",
    fix: "Correct the body. The detail names the position if it is known.",
  },
  invalid_body: {
    status: 400,
    title: "The request body has the wrong shape",
    cause: "The body is JSON, but a member is missing, unknown or of the wrong type.",
    fix: "Correct the members that `errors` names.",
  },
  invalid_form: {
    status: 400,
    title: "A field of the form is invalid",
    cause: "A form of the pages has a field that is empty, of the wrong form, or outside its range.",
    fix: "Correct the field. The page names it.",
  },
  ids_empty: {
    status: 400,
    title: "The request has no ids",
    cause: "`ids` is an empty array.",
    fix: "Send at least one id.",
  },
  too_many_ids: {
    status: 400,
    title: "Too many ids in one request",
    cause:
      "One request has more ids than `limits.batch_ids`, or than the limit of the API key or its organisation; or more than `limits.as_of_ids` with `as_of`.",
    fix: "Split the ids over several requests, or raise the limit.",
  },
  batch_exceeds_burst: {
    status: 400,
    title: "The batch is larger than the burst",
    cause:
      "A batch counts as many requests as it has ids, and this one has more than the burst of the API key or its organisation (`limits.burst` for keys without an organisation), so it could never pass.",
    fix: "Split the ids over several requests. `q` in `RateLimit-Policy` is the burst.",
  },
  as_of_future: {
    status: 400,
    title: "The as-of time is in the future",
    cause: "`as_of` is in the future.",
    fix: "Send a time that has passed, or leave `as_of` out to read the current values.",
  },
  inputs_not_taken: {
    status: 400,
    title: "The selection takes no inputs",
    cause: "The request has inputs, but nothing that it selects reads inputs.",
    fix: "Leave the inputs out, or name the service that reads them.",
  },
  inputs_invalid: {
    status: 400,
    title: "The inputs have the wrong shape",
    cause: "`inputs` or `inputs_by_row` is not JSON, has the wrong shape, or does not have one entry per id.",
    fix: "Send one object of inputs, or one object per id in the order of `ids`.",
  },
  input_unknown: {
    status: 400,
    title: "Unknown input",
    cause: "The service has no input of this name.",
    fix: "Use the names that `GET /api/feature-services/{name}` lists under `inputs`.",
  },
  input_missing: {
    status: 400,
    title: "An input is required",
    cause: "The service needs an input that the request does not have.",
    fix: "Send the input that `errors` names.",
  },
  input_invalid: {
    status: 400,
    title: "An input has the wrong form",
    cause: "An input does not have its declared type, is null where it must not be, or occurs twice.",
    fix: "Send a value of the type that `GET /api/feature-services/{name}` shows.",
  },
  input_not_exact: {
    status: 400,
    title: "An input is not exact",
    cause:
      "A number or a time cannot be read without loss: an integer beyond 2^53 − 1 or a decimal of more than 15 digits as a JSON number, a number in scientific notation, or a time finer than microseconds.",
    fix: "Send the number as a string in plain digits. Cut times to microseconds.",
  },
  input_time_zone_required: {
    status: 400,
    title: "A time in the inputs has no time zone",
    cause: "A time in the inputs has no offset.",
    fix: "Add `Z` or an offset, such as `2026-01-31T12:00:00+01:00`.",
  },
  input_too_long: {
    status: 400,
    title: "An input is too long",
    cause: "A text has more than 65,536 bytes, or a decimal more than 1,000 digits.",
    fix: "Send a shorter value.",
  },
  vector_invalid: {
    status: 400,
    title: "A vector has the wrong form",
    cause: "A vector is not an array of finite numbers, not base64 of float32 values, or too long for its metric.",
    fix: "Send the vector as an array of numbers, or as the base64 of little-endian float32 values.",
  },
  vector_dimensions: {
    status: 400,
    title: "A vector has the wrong number of dimensions",
    cause: "A vector does not have as many numbers as the embedding.",
    fix: "Send a vector of the embedding's size, which `GET /api/feature-views/{name}/versions/{version}` shows.",
  },
  vector_zero: {
    status: 400,
    title: "A vector of length 0 has no direction",
    cause: "A vector of length 0 has no direction, so cosine distance is not defined.",
    fix: "Send a vector that is not all zeros.",
  },
  vector_space: {
    status: 400,
    title: "A vector belongs to another space",
    cause: "The vector comes from another model than the embedding.",
    fix: "Search with a vector of the same space. Spaces are never compared.",
  },
  filter_invalid: {
    status: 400,
    title: "The filter cannot be read",
    cause:
      "A filter has an unknown operator, a value of the wrong type, more than 100 conditions, or a feature that filters cannot use.",
    fix: "Correct the filter that `errors` names.",
  },
  spine_unreadable: {
    status: 400,
    title: "The spine cannot be read",
    cause: "The spine is not UTF-8, or it is not a Parquet file that can be read.",
    fix: "Send CSV or JSON in UTF-8, or a complete Parquet file, with the matching `Content-Type`.",
  },
  spine_column_missing: {
    status: 400,
    title: "The spine lacks a column",
    cause: "The spine lacks a key column, its time column, or a required input of the service.",
    fix: "Add the column. If the time column has another name, give that name with `as_of_column`.",
  },
  spine_column_unknown: {
    status: 400,
    title: "The spine lacks a requested column",
    cause: "The request names a column that the spine does not have, such as the column of a group split.",
    fix: "Correct the name, or add the column.",
  },
  spine_column_duplicate: {
    status: 400,
    title: "Two columns of the spine have the same name",
    cause: "Two columns of the spine have the same name.",
    fix: "Rename one of them.",
  },
  spine_column_taken: {
    status: 400,
    title: "A column of the spine has a name that is taken",
    cause:
      "A column of the spine has the name of a column of the result, or an input of the service has the name of a key or of the time column.",
    fix: "Rename the column of the spine, or leave it out.",
  },
  spine_column_invalid: {
    status: 400,
    title: "A column of the spine cannot be used",
    cause:
      "A column has no name, a name of more than 200 characters or with control characters, or an unsupported Parquet type.",
    fix: "Rename the column, convert it, or leave it out, as the detail says.",
  },
  spine_row_invalid: {
    status: 400,
    title: "A row of the spine cannot be read",
    cause:
      "A row is not CSV or JSON, has more or fewer fields than the header, is longer than 10 MiB, or holds a text that cannot be stored.",
    fix: "Correct the row that the detail names.",
  },
  spine_key_missing: {
    status: 400,
    title: "A row of the spine lacks a key",
    cause: "A row has no key.",
    fix: "Give the row a key, or remove the row.",
  },
  spine_key_invalid: {
    status: 400,
    title: "A key in the spine has the wrong form",
    cause: "A key does not have the type of the entity's key.",
    fix: "Correct the key that the detail names.",
  },
  spine_time_invalid: {
    status: 400,
    title: "An as-of time in the spine cannot be read",
    cause:
      "An as-of time is missing, is not a time, is finer than microseconds, or is a local time that the clocks of its zone skip or show twice.",
    fix: "Write times as `2026-01-31T12:00:00Z`.",
  },
  spine_time_zone_required: {
    status: 400,
    title: "An as-of time in the spine has no time zone",
    cause: "An as-of time has no offset.",
    fix: "Add an offset to each time, or name a zone with `time_zone`.",
  },
  spine_time_future: {
    status: 400,
    title: "An as-of time in the spine is in the future",
    cause: "An as-of time is in the future.",
    fix: "Remove the row, or correct its time.",
  },
  parquet_failed: {
    status: 0,
    title: "Parquet could not be written",
    cause:
      "The thread that writes Parquet ended: it needed more memory than `training_sets.parquet_mb` allows, or it failed.",
    fix: "Ask for fewer columns or for CSV or JSON Lines, or raise `training_sets.parquet_mb`.",
  },
  dataset_value_invalid: {
    status: 0,
    title: "A value of the dataset fits no type",
    cause:
      "A row of a dataset has a value that does not fit the declared type, a null where none is allowed, or a repeated key.",
    fix: 'Correct the value in the source, declare another type, or leave such rows out with `clean: { invalid: "exclude" }`.',
  },
  storage_full: {
    status: 507,
    title: "The storage is full",
    cause: "A disk or a bucket has no space left: PostgreSQL's, or that of datasets, training sets or temporary files.",
    fix: "Free space, for example with `featstore dataset gc --collect`, and repeat the request.",
  },
  engine_lost: {
    status: 0,
    title: "The process of an engine ended",
    cause:
      "The process in which DuckDB computes, or the driver of Spark, was killed or crashed, often because the system had no memory left; or the connection to Spark was lost.",
    fix: "Repeat the command. If it happens again with DuckDB, lower `engines.<name>.memory` or `threads` so that the process fits into the machine's memory; with Spark, see the driver's log.",
  },
  engine_out_of_memory: {
    status: 0,
    title: "An engine has too little memory",
    cause:
      "A statement of DuckDB needs more memory than `engines.<name>.memory` allows, and cannot move it to disk; or one of Spark needs more than an executor or the driver has.",
    fix: "Raise `engines.<name>.memory`, or lower `threads`; on Spark, give the executors or the driver more memory.",
  },
  engine_disk_full: {
    status: 0,
    title: "The disk of an engine is full",
    cause:
      "The disk of `engines.<name>.staging` has no room left for files on their way to PostgreSQL, or for what does not fit into memory.",
    fix: "Free space, or name a folder on a larger disk in `engines.<name>.staging`.",
  },
  engine_staging_unusable: {
    status: 0,
    title: "The staging folder of an engine cannot be used",
    cause:
      "The user that runs Featstore may not write to the folder `engines.<name>.staging`, or what is there is no folder. On S3: the bucket refuses Featstore or the Spark cluster.",
    fix: "Give the user the right to read and write the folder and all folders in it, or name another one in `engines.<name>.staging`. `featstore doctor` checks it. On S3, give Featstore and the cluster the rights to list, read, write and delete there.",
  },
  engine_statement_failed: {
    status: 0,
    title: "An engine rejected a statement",
    cause:
      "A statement of a view, of a source's query or of a training set failed in the engine, for example because a column is gone or a value does not parse.",
    fix: "Correct the definition or the source that the message names. `featstore check` checks sources against their files and tables.",
  },
  engine_query_refused: {
    status: 0,
    title: "The query of a source may not be run",
    cause:
      "The query of a source is not a single SELECT, or it uses what reads the configuration, other files or the network.",
    fix: "Write one SELECT over Parquet, CSV or JSON files, with constant paths below the engine's roots, and over tables `source.<schema>.<table>`.",
  },
  engine_source_failed: {
    status: 0,
    title: "A file of an engine cannot be read",
    cause:
      "A file is gone, empty, damaged or half written, has another schema than the others of its source, or its bucket rejects the credentials.",
    fix: "Repair, replace or remove the file that the message names, or correct the rights of the bucket.",
  },
  engine_value_not_storable: {
    status: 0,
    title: "PostgreSQL cannot store a value of an engine",
    cause:
      "A row that an engine computed has a value that PostgreSQL has no room for: a text with the null character, JSON with `\\u0000`, a time before 4713 BC, or a vector of other dimensions.",
    fix: "Correct the source, or let the definition return null for such values.",
  },
  engine_rows_exceed_embedded: {
    status: 0,
    title: "The embedded database takes no more rows from an engine",
    cause: "A view over an engine has more than 1,000,000 rows, and the store is the embedded PostgreSQL.",
    fix: "Set `DATABASE_URL` to a PostgreSQL server.",
  },
  engine_extension_missing: {
    status: 0,
    title: "An extension of DuckDB or a jar of Spark is missing",
    cause:
      "The settings of an engine need an extension of DuckDB, for S3 or for PostgreSQL, and the folder `engines.<name>.extensions` has no file of it for exactly this version of DuckDB. Or Spark has no class for a catalog or a file system, such as Iceberg or S3.",
    fix: "Put the extension's file into the folder: `featstore doctor` names the extensions and the version. For Spark, put the jar into the class path of the Connect server and of the executors; the guide of Spark clusters lists the jars.",
  },
  engine_unavailable: {
    status: 0,
    title: "An engine cannot be used",
    cause:
      "The packages of DuckDB or of the Spark client are missing, or a Spark, PostgreSQL or S3 server of the engine does not respond or rejects the login.",
    fix: "Correct what the message names. `featstore doctor` checks each part.",
  },
  engine_version_unsupported: {
    status: 0,
    title: "The version of an engine's server is not supported",
    cause: "The Spark Connect server of an engine is neither of version 4.0 nor of 4.1.",
    fix: "Name the address of a server of a supported version in `engines.<name>.url`.",
  },
  engine_setting_refused: {
    status: 0,
    title: "The server of an engine does not take a setting",
    cause: "A setting that a session of Spark needs cannot be changed on the server, or has another value afterwards.",
    fix: "Allow the setting that the message names, or set it to the same value on the server.",
  },
  engine_session_expired: {
    status: 0,
    title: "The server of an engine forgot a session",
    cause: "The Spark Connect server was restarted, or it removed a session that was not used for an hour.",
    fix: "Repeat the command.",
  },
  engine_busy: {
    status: 0,
    title: "An engine takes no more work",
    cause: "No executor of Spark became free for a statement, or the Spark Connect server has too many statements.",
    fix: "Repeat the command later, or give the cluster more executors.",
  },
  path_outside_roots: {
    status: 0,
    title: "A path is outside of the engine's roots",
    cause:
      "A path, a match of a pattern or the target of a link is not below a folder or bucket of `engines.<name>.roots`.",
    fix: "Move the files below a root, or add a root to the settings.",
  },
  engine_unknown: {
    status: 503,
    title: "The settings have no such engine",
    cause: "A source names an engine that the configuration of this server or command does not have.",
    fix: "Add `engines.<name>` to the configuration, or correct the name in the source.",
  },
  engine_without_chunks: {
    status: 0,
    title: "The engine does not compute in chunks",
    cause:
      "`featstore backfill` was called for a view of an engine other than PostgreSQL, which computes a view at once.",
    fix: "Use `featstore materialize`. What does not fit into the engine's memory goes to its staging folder.",
  },
  training_set_mixes_engines: {
    status: 0,
    title: "The training set needs several engines at once",
    cause:
      "Computed features, or features of other entities, read views of several engines. Training sets put the features of several engines together row by row, and compute nothing from them.",
    fix: "Request the features of each engine alone, or leave out the computed features and those of other entities.",
  },
  training_set_too_costly: {
    status: 0,
    title: "The training set joins too many rows",
    cause:
      "The features do not merge over time, and the join would look at more pairs of rows than `training_sets.joined_rows` allows.",
    fix: "Ask for fewer rows or times, leave those features out, or raise `training_sets.joined_rows`.",
  },
  training_set_leaks: {
    status: 0,
    title: "A feature of the training set leaks a label",
    cause: "A feature equals its label in 99 % of the rows or more, so a model would learn nothing else.",
    fix: "Leave the feature out. If the equality is intended, say why with `allow_leakage`.",
  },
  dataset_build_interrupted: {
    status: 0,
    title: "The process that built the snapshot ended",
    cause: "A build's process was stopped or killed before the snapshot was published. Nothing of it is visible.",
    fix: "Build the dataset again. `featstore dataset gc --collect` deletes files that remained.",
  },
  dataset_not_public: {
    status: 409,
    title: "The dataset would publish the rows of tenants",
    cause:
      "A view or source of the dataset has a tenant column, so its rows belong to tenants. Everybody who may read a dataset reads all its rows.",
    fix: "Build the dataset from sources without a tenant: for example from a SQL view with the rows that may be published.",
  },
  training_set_interrupted: {
    status: 0,
    title: "The process that made the training set ended",
    cause: "The process that made the training set ended, and the spine was lost with it.",
    fix: "Create the training set again.",
  },
  process_died_twice: {
    status: 0,
    title: "Two processes died while they made the training set",
    cause: "The process that made the training set died, and so did the process that retried it.",
    fix: "Look for the reason in the servers' logs; often it is memory. Then create the training set again, with fewer rows or columns.",
  },
  cast_failed: {
    status: 0,
    title: "A value of a strict feature does not parse",
    cause: "A feature is `.strict()`, and a value that it reads does not parse as its type.",
    fix: "Correct the value that the detail names, or leave out `.strict()` in a new version.",
  },
  training_value_not_finite: {
    status: 0,
    title: "A value of the training set is NaN or infinite",
    cause: "A value of the training set is NaN or infinite.",
    fix: "Let the definition return null for such values, or correct the source.",
  },
  spine_empty: {
    status: 400,
    title: "The spine has no rows",
    cause: "The spine has no rows.",
    fix: "Send at least one row.",
  },
  label_invalid: {
    status: 400,
    title: "A label cannot be made",
    cause: "A label cannot be read, its feature cannot be a label, or its horizon is not positive.",
    fix: "Write labels as `view.feature@7d` or `name=view.feature@7d`. Horizons are whole days, hours, minutes or seconds: `7d`, `12h`, `30m`, `45s`.",
  },
  split_invalid: {
    status: 400,
    title: "The split cannot be made",
    cause: "The split cannot be read, or it names a column that does not exist.",
    fix: "Write the split in one of these forms: `time:2026-01-01T00:00:00Z`, `hash:train=0.8,test=0.2`, `group:speaker:train=0.8,test=0.2`.",
  },
  key_required: {
    status: 401,
    title: "An API key is required",
    cause: "The request has no API key.",
    fix: "Send `Authorization: Bearer <key>` or `X-API-Key: <key>`.",
  },
  key_malformed: {
    status: 401,
    title: "The API key is malformed",
    cause:
      "The API key does not have the form of a key because it was cut or changed, the `Authorization` header is not `Bearer <key>`, or the two headers hold different keys.",
    fix: "Copy the whole key again, and send it in one header.",
  },
  key_unknown: {
    status: 401,
    title: "Unknown API key",
    cause:
      "No API key of this installation has this id and secret. Or the server's `key_secret` is not the one with which the key was made, for example after the database was restored without it: `featstore doctor` and the server's log say so.",
    fix: "Check that the key belongs to this server, and that its `key_secret` is the old one. If either is lost, create a new key with `featstore keys create`.",
  },
  key_revoked: {
    status: 401,
    title: "The API key was revoked",
    cause: "The API key was revoked.",
    fix: "Use another key.",
  },
  key_disabled: {
    status: 401,
    title: "The API key is disabled",
    cause: "The API key was disabled, which can be undone.",
    fix: "Enable it with `featstore keys enable`, or use another key.",
  },
  key_expired: {
    status: 401,
    title: "The API key has expired",
    cause: "The API key was used after its expiry, or after another key took its place and its grace period ended.",
    fix: "Use the key that took its place, or create another one.",
  },
  address_forbidden: {
    status: 403,
    title: "The API key may not be used from this address",
    cause: "The API key is limited to networks, and the client's address is in none of them, or it is not known.",
    fix: "Send the request from an allowed network, or use another key. `featstore keys list` shows the networks.",
  },
  resource_forbidden: {
    status: 403,
    title: "The API key may not read this",
    cause:
      "The request names a feature view or a service that the scopes of the API key, or the `resources` of its organisation's tier, do not include. It may not exist either.",
    fix: "Name only views that the key may read, which the detail lists, or use a key with other scopes.",
  },
  key_exceeds_own: {
    status: 403,
    title: "The API key would do more than the one that manages it",
    cause:
      "The request manages API keys with an API key, and the key that it creates, changes, rotates or revokes has scopes, networks, an expiry or limits beyond those of the sent key.",
    fix: "Ask for no more than the sent key may do, or manage keys as a person or with `featstore keys`.",
  },
  session_expired: {
    status: 401,
    title: "The session is not valid",
    cause: "The request has a session cookie, but the session has ended, or the cookie was not made by this server.",
    fix: "Sign in again, or send an API key.",
  },
  link_invalid: {
    status: 401,
    title: "The link or code to sign in is not valid",
    cause:
      "The mailed link or code was used before, has expired, is wrong, or belongs to another server. A code is void after three wrong ones.",
    fix: "Ask for a new mail, and use the newest one.",
  },
  provider_refused: {
    status: 401,
    title: "The sign-in provider did not confirm the person",
    cause:
      "The OpenID Connect provider answered with an error, its token could not be verified, or the answer belongs to another browser.",
    fix: "Sign in again. If it fails again, the log of the server has the reason.",
  },
  sign_up_refused: {
    status: 403,
    title: "This person may not join",
    cause:
      "The person belongs to no organisation, and `auth.signup` does not let them make one. The mail address may also not be confirmed by the sign-in provider.",
    fix: "Ask an owner of an organisation for an invitation, or the operator to change `auth.signup`.",
  },
  origin_forbidden: {
    status: 403,
    title: "The request comes from a foreign page",
    cause:
      "A request with a session cookie that changes something has no `Origin` header, or that of another site. Or a page of an origin that is not in `server.cors_origins` wants to call the API.",
    fix: "Send it from a page of this server, or with an API key from a server. Operators: `auth.base_url` must be the address that people open, and `server.cors_origins` lists other origins.",
  },
  person_required: {
    status: 403,
    title: "Only a person may do this",
    cause: "The operation changes members or accounts, and the request has an API key.",
    fix: "Sign in, and send the session cookie instead of a key.",
  },
  role_required: {
    status: 403,
    title: "The person's role does not allow this",
    cause: "The person's role in the organisation, or of the installation, does not allow the operation.",
    fix: "Ask an owner of the organisation. The detail names the role that is needed.",
  },
  scope_required: {
    status: 403,
    title: "The API key lacks a scope",
    cause: "The API key lacks the scope that the operation needs.",
    fix: "Use a key that has the scope. The detail names it.",
  },
  tenant_required: {
    status: 403,
    title: "An API key bound to a tenant is required",
    cause: "The selected views hold rows of tenants, and the key belongs to no tenant.",
    fix: "Use a key that is bound to a tenant, or select shared views only.",
  },
  path_not_found: {
    status: 404,
    title: "Not found",
    cause: "The server has no resource at this path, or the path has an invalid percent-encoding.",
    fix: "Check the path against the API reference at `/docs`. Write a slash in an id as `%2F` and a percent sign as `%25`.",
  },
  auth_off: {
    status: 404,
    title: "Nobody signs in to this server",
    cause: "The operation is about people and organisations, and `auth.enabled` is off.",
    fix: "Use keys that the operator makes with `featstore keys create`, or set `auth.enabled`.",
  },
  organisation_not_found: {
    status: 404,
    title: "Unknown organisation",
    cause:
      "There is no organisation with this id, it was deleted, the person is no member of it, or the API key belongs to none.",
    fix: "Check the id. `GET /api/account` lists the organisations of a person, `featstore organisations list` all.",
  },
  member_not_found: {
    status: 404,
    title: "Unknown member",
    cause: "The organisation has no member with this id.",
    fix: "`GET /api/members` lists the members.",
  },
  invitation_not_found: {
    status: 404,
    title: "The invitation is not valid",
    cause: "The invitation does not exist, was used or withdrawn, has expired, or is for another mail address.",
    fix: "Sign in with the mail address that was invited, or ask for a new invitation.",
  },
  entity_not_found: {
    status: 404,
    title: "Unknown entity",
    cause: "No entity of this name is applied.",
    fix: "Check the name, or apply the definition.",
  },
  feature_view_not_found: {
    status: 404,
    title: "Unknown feature view",
    cause: "No feature view of this name is applied.",
    fix: "Check the name, or apply the definition.",
  },
  feature_view_version_not_found: {
    status: 404,
    title: "Unknown version of a feature view",
    cause: "The feature view has no such version.",
    fix: "Use one of the versions that the detail lists.",
  },
  feature_not_found: {
    status: 404,
    title: "Unknown feature",
    cause: "The feature view has no such feature in this version.",
    fix: "Check the name, or read the version that has the feature.",
  },
  feature_service_not_found: {
    status: 404,
    title: "Unknown feature service",
    cause: "No feature service of this name is applied.",
    fix: "Check the name, or apply the definition.",
  },
  feature_service_version_not_found: {
    status: 404,
    title: "Unknown version of a feature service",
    cause: "The feature service has no such version.",
    fix: "Use one of the versions that the detail lists.",
  },
  embedding_not_found: {
    status: 404,
    title: "Unknown embedding",
    cause: "The name does not belong to an embedding, or the entity has no embeddings.",
    fix: "Check the name, written as `view.feature`.",
  },
  vector_not_found: {
    status: 404,
    title: "The entity has no vector to search by",
    cause: "The entity to search by has no vector in this embedding.",
    fix: "Search by another entity, or send a vector.",
  },
  baseline_missing: {
    status: 404,
    title: "There is no earlier generation to compare with",
    cause: "There is no earlier generation with a profile, or no baseline was chosen.",
    fix: "Wait for the next run, or choose a baseline with `featstore drift <view> --set-baseline`.",
  },
  profile_not_found: {
    status: 404,
    title: "Unknown profile",
    cause: "The view has no such generation, or the generation has no profile, or its table was dropped.",
    fix: "Ask for the served generation, or make the profile with `featstore profile <view>`.",
  },
  dataset_build_not_found: {
    status: 404,
    title: "Build not found",
    cause: "No build of this dataset has the id.",
    fix: "Use the id from the response that started the build.",
  },
  training_set_not_found: {
    status: 404,
    title: "Unknown training set",
    cause: "No training set with this id belongs to the tenant of the key.",
    fix: "Check the id and the key, or create the training set again.",
  },
  training_set_elsewhere: {
    status: 404,
    title: "The training set's file is not on this machine",
    cause:
      "The training set's file is not in this server's data folder: another machine made it, or the folder was lost or not restored with the database.",
    fix: "Download it from the machine that the detail names, if there still is one, and share one data folder between the servers. If the file is lost, make the training set again.",
  },
  key_not_found: {
    status: 404,
    title: "Unknown API key id",
    cause: "No API key that the caller may manage has this id.",
    fix: "`featstore keys list`, or `GET /api/keys`, shows the ids.",
  },
  method_not_allowed: {
    status: 405,
    title: "The method is not allowed at this path",
    cause: "The path exists, but not with this method.",
    fix: "Use a method that the `Allow` header lists.",
  },
  not_acceptable: {
    status: 406,
    title: "Not acceptable",
    cause: "The `Accept` header excludes every media type that the operation supports.",
    fix: "Accept one of the types that the detail lists.",
  },
  last_owner: {
    status: 409,
    title: "An organisation needs an owner",
    cause:
      "The change would leave the organisation without an owner, or with members whose only owner deletes the account.",
    fix: "Make another member an owner first, or delete the organisation.",
  },
  already_member: {
    status: 409,
    title: "The person is a member already",
    cause: "The invited mail address belongs to a member of the organisation.",
    fix: "Change the member's role instead.",
  },
  too_many_invitations: {
    status: 409,
    title: "Too many open invitations",
    cause: "The organisation has 100 invitations that are not accepted yet.",
    fix: "Withdraw some, or wait until they are accepted or expire.",
  },
  dataset_build_running: {
    status: 409,
    title: "The dataset is being built",
    cause: "Another process builds a snapshot of this dataset. One snapshot of a dataset is built at a time.",
    fix: "Wait for that build, whose id the detail has, or try again later. If its process died elsewhere, its lease ends within a minute.",
  },
  training_set_not_finished: {
    status: 409,
    title: "The training set is not finished",
    cause: "The training set is still being made.",
    fix: "Ask again after `Retry-After` seconds.",
  },
  training_set_finished: {
    status: 409,
    title: "The training set is finished",
    cause: "The training set is finished, so it can no longer be cancelled.",
    fix: "Delete it instead, if it is no longer needed.",
  },
  key_not_active: {
    status: 409,
    title: "The API key is no longer active",
    cause: "The API key is revoked, or it is disabled or expired and cannot be rotated.",
    fix: "Enable a disabled key first. Create another key in the place of a revoked or expired one.",
  },
  key_already_rotated: {
    status: 409,
    title: "Another key has taken the API key's place",
    cause: "The API key was already rotated, perhaps by another request at the same time.",
    fix: "Rotate the key that took its place: `replaced_by` names it.",
  },
  too_many_keys: {
    status: 409,
    title: "The organisation has too many API keys",
    cause: "An organisation can have 100 API keys that are neither revoked nor expired.",
    fix: "Revoke a key that is no longer used.",
  },
  feature_view_retired: {
    status: 410,
    title: "The version of the feature view is retired",
    cause: "The version of the feature view is retired, or the view has another name now.",
    fix: "Read the successor that the detail names.",
  },
  training_set_without_data: {
    status: 410,
    title: "The training set ended without data",
    cause:
      "The training set failed, was cancelled or was deleted (`training_sets.kept_days` deletes old ones), so it has no data.",
    fix: "Read the reason in its document, `GET /api/training-sets/{id}`, then create it again.",
  },
  body_too_large: {
    status: 413,
    title: "The request body is too large",
    cause:
      "The body has more bytes than `limits.body_bytes` allows, or a spine that is sent as a file more than `training_sets.spine_mb`.",
    fix: "Send less in one request, or raise the setting.",
  },
  spine_too_large: {
    status: 413,
    title: "The spine has too many rows",
    cause: "The spine has more rows than `training_sets.rows` allows.",
    fix: "Split the spine, or raise `training_sets.rows`.",
  },
  spine_too_wide: {
    status: 413,
    title: "The spine has too many columns",
    cause: "The spine has more columns than `training_sets.columns` allows.",
    fix: "Keep the columns that you need, or raise `training_sets.columns`.",
  },
  spine_header_too_long: {
    status: 413,
    title: "The column names of the spine are too long",
    cause: "The column names of the spine have more bytes together than `training_sets.header_kb` allows.",
    fix: "Shorten the names, or raise `training_sets.header_kb`.",
  },
  spine_line_too_long: {
    status: 413,
    title: "A row of the spine is too long",
    cause: "A row of the spine has more bytes than `training_sets.line_kb` allows.",
    fix: "Shorten the values of the row that the detail names, or raise `training_sets.line_kb`.",
  },
  spine_field_too_long: {
    status: 413,
    title: "A value of the spine is too long",
    cause: "A value of the spine has more bytes than `training_sets.field_kb` allows.",
    fix: "Shorten the value that the detail names, or raise `training_sets.field_kb`.",
  },
  unsupported_content_encoding: {
    status: 415,
    title: "The request body must not be encoded",
    cause: "The body is compressed or otherwise encoded.",
    fix: "Send the body without `Content-Encoding`.",
  },
  unsupported_media_type: {
    status: 415,
    title: "The media type of the request body is not supported",
    cause: "The body has a media type that the operation does not read.",
    fix: "Send the `Content-Type` that the detail names.",
  },
  range_not_satisfiable: {
    status: 416,
    title: "The range is outside the file",
    cause: "The requested range starts after the end of the file.",
    fix: "Ask for a range within the size that `Content-Range` gives.",
  },
  precondition_failed: {
    status: 412,
    title: "The file is not the one that the request expects",
    cause: "The request has `If-Match`, and the file has another entity tag.",
    fix: "Compare the `ETag` of the response with that of the part that you have; download the file anew.",
  },
  dataset_not_found: {
    status: 404,
    title: "No dataset of this name",
    cause: "No dataset of this name was applied.",
    fix: "Use a name that `GET /api/datasets` lists.",
  },
  snapshot_not_found: {
    status: 404,
    title: "No such snapshot of the dataset",
    cause: "The dataset has no snapshot with this id or version, or `latest` was requested and it has none.",
    fix: "Use an id or a version that `GET /api/datasets/{name}/snapshots` lists, or `latest`.",
  },
  snapshot_withdrawn: {
    status: 410,
    title: "The snapshot was withdrawn",
    cause:
      "The operator withdrew the snapshot and deleted its files. `reason` says why; `successor` is a newer one, if there is one.",
    fix: "Download the successor, or `latest`. Delete your copy if the reason requires it.",
  },
  snapshot_damaged: {
    status: 500,
    title: "A file of the snapshot is missing or changed",
    cause: "A stored file is missing, or has another size than the manifest says. Its bytes are not sent.",
    fix: "Download the file in another format, or another snapshot. The operator restores the file from a copy, or withdraws the snapshot and builds the dataset again.",
  },
  dataset_file_not_found: {
    status: 404,
    title: "The snapshot has no such file",
    cause: "The snapshot has no file of this name, or none of this format, split and part.",
    fix: "Use a name that `GET /api/datasets/{name}/snapshots` lists.",
  },
  dataset_file_ambiguous: {
    status: 400,
    title: "Several files match",
    cause: "The snapshot has several files of the format, because it has splits or parts.",
    fix: "Name one with `split` and `part`. `errors` lists the files.",
  },
  dataset_format_unknown: {
    status: 400,
    title: "Unknown format",
    cause: "`format` is not `parquet`, `csv`, `jsonl` or `json`.",
    fix: "Use one of these formats.",
  },
  dataset_column_unknown: {
    status: 400,
    title: "The snapshot has no such column",
    cause: "`features` names a column that the snapshot does not have, or a column twice.",
    fix: "Use the columns that the manifest of the snapshot lists.",
  },
  terms_not_accepted: {
    status: 403,
    title: "The terms of the dataset are not accepted",
    cause:
      "The dataset is gated: its files are for organisations and keys that accepted the current version of its terms.",
    fix: "Read the terms with `GET /api/datasets/{name}/terms`, and accept them with `POST` and their version.",
  },
  terms_version_unknown: {
    status: 409,
    title: "This is not the current version of the terms",
    cause: "The terms have another version, or the dataset has no terms.",
    fix: "Read the current terms with `GET /api/datasets/{name}/terms`.",
  },
  export_not_found: {
    status: 404,
    title: "No such export",
    cause: "There is no export with this id, or it belongs to another organisation or key, or it was removed.",
    fix: "Create it again with `POST /api/datasets/{name}/exports`.",
  },
  export_not_finished: {
    status: 409,
    title: "The export is not finished",
    cause: "The export is waiting, running, failed or cancelled, so it has no file.",
    fix: "Read its state with `GET /api/datasets/{name}/exports/{id}` until it is `finished`.",
  },
  export_expired: {
    status: 410,
    title: "The export has expired",
    cause: "The file of the export was removed: it is older than `datasets.export_hours`, or the export was deleted.",
    fix: "Create the export again.",
  },
  export_interrupted: {
    status: 0,
    title: "The export was interrupted",
    cause: "The server that worked on the export stopped or died.",
    fix: "Create the export again.",
  },
  export_limit_reached: {
    status: 429,
    title: "Too many exports at once",
    cause: "The organisation or key has as many unfinished exports as its limits allow.",
    fix: "Wait for one to finish, or cancel one.",
  },
  idempotency_key_reused: {
    status: 409,
    title: "The idempotency key belongs to another request",
    cause: "An earlier request with the same `Idempotency-Key` created something else.",
    fix: "Send a new key with a new request.",
  },
  storage_unavailable: {
    status: 503,
    title: "The storage of datasets does not respond",
    cause: "The folder or the bucket with the files of datasets cannot be read or written.",
    fix: "Try again later. The operator checks the storage; the log has the error.",
  },

  expectation_failed: {
    status: 417,
    title: "The expectation cannot be met",
    cause: "The `Expect` header asks for something other than `100-continue`.",
    fix: "Leave the header out, or send `Expect: 100-continue`.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests with this API key or of its organisation",
    cause:
      "The API key or its organisation made more requests per second than its limit, after its burst was used up. A batch counts as many requests as it has ids. `violated-policies` names the limit. Requests without a key, for public datasets, are limited per address and minute.",
    fix: "Wait for `Retry-After` seconds. The limit is that of the key, of its organisation's tier, or of `limits.requests_per_second` and `limits.burst` for keys without an organisation; without a key, `datasets.anonymous_per_minute`.",
  },
  quota_exceeded: {
    status: 429,
    title: "Request cannot be satisfied as assigned quota has been exceeded",
    cause:
      "The API key or its organisation has used its quota of the calendar month (UTC). `violated-policies` names it; `limit`, `used` and `resets_at` are its numbers.",
    fix: "Wait until `resets_at`, or ask the operator for a larger quota.",
    type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
  },
  training_tenant_queue_full: {
    status: 429,
    title: "Too many training sets of the tenant wait",
    cause: "More training sets of the tenant wait than `training_sets.waiting_per_tenant` allows.",
    fix: "Ask again after `Retry-After` seconds, cancel one that waits, or raise `training_sets.waiting_per_tenant`.",
  },
  too_many_failed_attempts: {
    status: 429,
    title: "Too many failed attempts to authenticate",
    cause:
      "One address sent more unknown or malformed API keys in a minute than `limits.failed_attempts` allows, or too many wrong codes to sign in.",
    fix: "Wait for `Retry-After` seconds and use a valid key, or sign in with the link of the mail.",
  },
  too_many_mails: {
    status: 429,
    title: "Too many mails",
    cause: "Too many mails were requested for one recipient or from one address within 15 minutes.",
    fix: "Wait for `Retry-After` seconds. Look at the newest mail, and into the folder for spam.",
  },
  internal: {
    status: 500,
    title: "Internal error",
    cause: "The server failed unexpectedly.",
    fix: "Send the request again. Give the request id to the operator: it leads to the entry in the log.",
  },
  starting: {
    status: 503,
    title: "The server is starting",
    cause: "The server has not loaded the registry yet.",
    fix: "Ask again after `Retry-After` seconds.",
  },
  view_not_materialized: {
    status: 503,
    title: "The feature view is not materialized yet",
    cause: "The feature view was applied, but no generation of it is published.",
    fix: "Run `featstore materialize <view>`. `featstore runs` shows why a run failed.",
  },
  store_unavailable: {
    status: 503,
    title: "The store is unavailable",
    cause: "The store does not answer.",
    fix: "Ask again after `Retry-After` seconds. `/health` and the log of the server show the reason.",
  },
  source_unavailable: {
    status: 503,
    title: "A source cannot be read",
    cause: "With `as_of`, rows are computed from the sources, and a table or file of one of them cannot be read.",
    fix: "The server's log has the reason, with the request id. Correct the source: asking again does not help before. `featstore check` and `featstore doctor` check sources and engines.",
  },
  store_timeout: {
    status: 503,
    title: "The store did not answer in time",
    cause:
      "The store did not answer within `deadlines.read_ms`, or a read with `as_of` not within `deadlines.as_of_ms`.",
    fix: "Ask again, or send fewer ids at once.",
  },
  training_queue_full: {
    status: 503,
    title: "Too many training sets wait",
    cause: "More training sets are under way than `training_sets.waiting` allows.",
    fix: "Ask again after `Retry-After` seconds, or raise `training_sets.waiting`.",
  },
  overloaded: {
    status: 503,
    title: "The server is overloaded",
    cause: "More requests wait for the stores than the server can answer in time.",
    fix: "Ask again after `Retry-After` seconds. If it lasts, add workers or servers.",
  },
  config_invalid: {
    status: 0,
    title: "The configuration is not valid",
    cause: "A setting or an environment variable is unknown, or its value has the wrong form or is outside its range.",
    fix: "Correct each setting that the message names.",
  },
  key_secret_required: {
    status: 0,
    title: "The secret for API keys is not configured",
    cause: "A server or a command on PostgreSQL needs the secret under which API keys are stored.",
    fix: "Set `FEATSTORE_KEY_SECRET`. `openssl rand -hex 32` makes one. Keep it: existing keys need the same secret.",
  },
  auth_secret_required: {
    status: 0,
    title: "The secret for sessions is not configured",
    cause: "A server on PostgreSQL with `auth.enabled` needs the secret that signs session cookies.",
    fix: "Set `FEATSTORE_AUTH_SECRET`. `openssl rand -hex 32` makes one. Keep it: another secret ends all sessions.",
  },
  port_in_use: {
    status: 0,
    title: "The port is in use",
    cause: "Another process listens on the port.",
    fix: "Stop it, or set `PORT` to another port.",
  },
  address_unavailable: {
    status: 0,
    title: "The server cannot listen on this address",
    cause:
      "The server may not listen on this address and port: the address does not belong to this machine, or the port needs a privilege.",
    fix: "Set `HOST` to an address of this machine, or to `0.0.0.0` for all of them. Choose a port from 1024 with `PORT`.",
  },
  data_folder_unusable: {
    status: 0,
    title: "The data folder cannot be used",
    cause: "The data folder cannot be created, read or written, or its file `key-secret` or `auth-secret` is damaged.",
    fix: "Correct its permissions, or set `FEATSTORE_DATA_DIR`. The message says what is wrong with the file.",
  },
  data_folder_held: {
    status: 0,
    title: "Another process uses the data folder",
    cause: "Another process uses the embedded database in this data folder.",
    fix: "Stop that process, or use another data folder.",
  },
  database_too_old: {
    status: 0,
    title: "The version of PostgreSQL is too old",
    cause: "The database is older than PostgreSQL 15.",
    fix: "Use PostgreSQL 15 or newer, or set `DATABASE_URL` to another database.",
  },
  schema_too_old: {
    status: 0,
    title: "The tables of Featstore in the database are too old",
    cause: "An old version of Featstore made the tables, and this version cannot upgrade them directly.",
    fix: "Start the version or revision that the message names once, which upgrades the tables. Then start this version.",
  },
  database_rounds_numbers: {
    status: 0,
    title: "The database rounds numbers",
    cause:
      "`extra_float_digits` of the role, the database or the server is less than 1, so float64 and float32 values lose digits.",
    fix: "Run the statement in the message, or take the setting out of the database.",
  },
  chunk_entities_invalid: {
    status: 0,
    title: "The chunk size is out of range",
    cause: "`--chunk-entities` is outside its range.",
    fix: "Use a whole number from 1 to 1,000,000,000.",
  },
  other_compiler: {
    status: 0,
    title: "The feature view was applied by another version of featstore",
    cause:
      "Another version of featstore applied the feature view, and this version computes the view with different SQL.",
    fix: "Run `featstore materialize <view>`, or apply the view as a new version.",
  },
  search_path_changed: {
    status: 0,
    title: "The search path changed the meaning of a source's query",
    cause:
      "A source is a query that names tables without their schema, and the search path has changed since the view was applied.",
    fix: "Restore the search path, or make a new version whose query names each table with its schema.",
  },
  database_read_only: {
    status: 0,
    title: "PostgreSQL accepts no writes",
    cause: "PostgreSQL accepts no writes: the database is a replica, or transactions are read-only by default.",
    fix: "Connect to the primary, or change `default_transaction_read_only` of the role or the database.",
  },
  statement_timeout: {
    status: 0,
    title: "PostgreSQL's statement_timeout is too short",
    cause: "A statement took longer than the `statement_timeout` of the role or the database.",
    fix: "Raise `statement_timeout` for the role, or set it to 0.",
  },
  lock_timeout: {
    status: 0,
    title: "PostgreSQL did not get a lock in time",
    cause: "A statement waited for a lock longer than the `lock_timeout` of the role or the database.",
    fix: "Try again. If it lasts, find the session that holds the lock.",
  },
  not_serialized: {
    status: 0,
    title: "PostgreSQL could not serialize a statement with others",
    cause: "PostgreSQL could not serialize a statement with others, and trying again did not help.",
    fix: "Run it again when fewer other writers are active.",
  },
  too_few_rows: {
    status: 0,
    title: "A generation has fewer rows than its view promises",
    cause: "A generation has fewer rows than `minRows` of its view, so it was not published.",
    fix: "Look at the source. To publish anyway: `featstore materialize --force --reason <text>`.",
  },
  too_many_rows_lost: {
    status: 0,
    title: "A generation has lost more rows than its view allows",
    cause: "A generation lost a larger share of its rows than `maxShrink` of its view allows, so it was not published.",
    fix: "Look at the source. To publish anyway: `featstore materialize --force --reason <text>`.",
  },
  schedule_invalid: {
    status: 0,
    title: "A schedule cannot be read",
    cause: "A schedule is not a cron expression of five fields, or its time zone is missing or unknown.",
    fix: "Correct the `schedule` of the view.",
  },
  sample_table_exists: {
    status: 0,
    title: "A table with the name of a sample table exists",
    cause: "A table or view with the name of a sample table exists and is not sample data.",
    fix: "Load the sample into another database. `--replace` replaces a table, and its rows are lost.",
  },
  sample_table_in_use: {
    status: 0,
    title: "Other objects depend on the sample's tables",
    cause: "Other tables or views depend on the sample's tables.",
    fix: "Drop the dependent objects first.",
  },
  sample_unreadable: {
    status: 0,
    title: "The sample's files cannot be read",
    cause: "The sample's files are missing or damaged.",
    fix: "Install the package again.",
  },
} as const satisfies Record<string, ErrorRow>;
