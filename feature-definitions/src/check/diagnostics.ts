// Long because it is one table: every rule that authors can break, with its message.

export type Severity = "error" | "warning";

/** One broken rule. */
export interface Diagnostic {
  /** Stable: tools may match on it. */
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** `speech_sentiment@2` for views and services, `speeches` for datasets and sources, `speech` for entities. */
  readonly definition: string;
  /** The path in the definition, `features.quality`, `source.eventTime`; `""` for the definition as a whole. */
  readonly path: string;
  readonly message: string;
  readonly suggestion: string | null;
}

interface Text {
  readonly severity: Severity;
  readonly message: string;
  readonly suggestion: string | null;
  /** A warning that strict checks turn into an error. */
  readonly strict?: true;
}

const error = (message: string, suggestion: string | null = null): Text => ({ severity: "error", message, suggestion });
const warning = (message: string, suggestion: string | null = null): Text => ({
  severity: "warning",
  message,
  suggestion,
});
const strictly = (text: Text): Text => ({ ...text, strict: true });

const didYouMean = (name: string | null): string | null => (name === null ? null : `Did you mean \`${name}\`?`);
const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

/** Quotes a name as an SQL identifier, always, so that capitals, spaces and reserved words need no special rules. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Name {
  readonly name: string;
}
interface Lookup extends Name {
  /** The nearest known name, if one is close enough. */
  readonly nearest: string | null;
}
interface Types {
  readonly left: string;
  readonly right: string;
}

export const diagnosticTable = {
  // Names and versions
  name_invalid: ({ name }: Name) =>
    error(
      `Invalid name ${JSON.stringify(name)}: expected at most 40 lower-case letters, digits and underscores, starting with a letter`,
      didYouMean(
        name
          .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "_")
          .replace(/^[^a-z]+|_+$/g, "")
          .slice(0, 40) || null,
      ),
    ),
  name_reserved: ({ name }: Name) =>
    error(`\`${name}\` is the name of an entity key column, so a feature cannot have this name`, "Rename the feature."),
  version_invalid: ({ version }: { readonly version: unknown }) =>
    error(`Invalid version ${String(version)}: expected a whole number from 1`, "Start with `version: 1`."),
  definition_duplicate: ({ name }: Name) =>
    error(`\`${name}\` is defined more than once`, "Give one of them another name or version."),
  feature_duplicate: ({ name }: Name) =>
    error(`The feature \`${name}\` is defined more than once`, "Rename one of them."),
  definition_malformed: ({ fault }: { readonly fault: string }) =>
    error(`Malformed definition: ${fault}`, "Create definitions with featureView, featureService and dataset."),
  cyclic_reference: (_: object) =>
    error("The definition contains itself", "Expressions form a tree: remove the cycle."),
  version_unsupported: ({ found, expected }: { readonly found: number; readonly expected: number }) =>
    error(
      `The definition has format version ${found}, but this package reads version ${expected}`,
      "Use the same version of the package everywhere.",
    ),

  // Versions, compared with the registry
  version_skipped: ({ version, newest }: { readonly version: number; readonly newest: number }) =>
    strictly(
      warning(
        `Version ${version} skips numbers: the newest version before it is ${newest}`,
        `Make it version ${newest + 1}.`,
      ),
    ),
  former_name_declared: ({ name }: Name) =>
    error(
      `The former name \`${name}\` is also defined as a view`,
      `Rename every version of \`${name}\`, or remove \`renamedFrom\`, which is not needed after the rename is applied.`,
    ),
  former_names_differ: ({ name, other }: Name & { readonly other: string }) =>
    error(
      `The former name \`${name}\` conflicts with \`renamedFrom\` of \`${other}\``,
      "Set the same `renamedFrom` in all versions of a view, and in no other view.",
    ),
  former_name_unknown: ({ name, nearest }: Lookup) =>
    warning(`The registry has no view with the former name \`${name}\`, so this view will be new`, didYouMean(nearest)),
  name_taken: ({ name, other }: Name & { readonly other: string }) =>
    error(
      `\`${other}\` cannot be renamed to \`${name}\`: the registry already has a view with that name`,
      "Choose a name that no view has.",
    ),
  name_moved: ({ name, other }: Name & { readonly other: string }) =>
    error(
      `\`${name}\` is a former name of \`${other}\`, and no other view can use it`,
      `Update the definitions, or choose another name; \`renamedFrom: "${other}"\` restores the view's former name.`,
    ),
  version_retired: ({ name }: Name) =>
    warning(`\`${name}\` is retired and no longer served`, "Remove it from the definitions."),
  definitions_stale: ({
    newest,
    appliedAt,
    isWritten,
  }: {
    /** The newest registered version, `speech_sentiment@3`. */
    readonly newest: string;
    readonly appliedAt: string;
    /** True if applying would write anything from an older version. */
    readonly isWritten: boolean;
  }) =>
    (isWritten ? error : warning)(
      `These definitions are older than the registry, which has had \`${newest}\` since ${appliedAt}`,
      `Update the definitions, for example with git pull, so that they include \`${newest}\`, unless it is retired. Until then, apply can only add new names.`,
    ),
  service_reads_retiring: ({
    name,
    state,
    successor,
  }: Name & { readonly state: string; readonly successor: string | null }) =>
    error(
      `The service reads \`${name}\`, which is ${state}`,
      successor === null ? "Pick from another version." : `Pick from \`${successor}\`.`,
    ),

  // Entities and sources
  entity_without_key: (_: object) => error("The entity has no key", "Add `key: { speech_id: int64() }`."),
  entity_defined_twice: ({ name, other }: Name & { readonly other: string }) =>
    error(
      `The entity \`${name}\` differs from the entity of that name in \`${other}\``,
      "Declare the entity once and import it.",
    ),
  entity_without_population: ({ name }: Name) =>
    warning(
      `The entity \`${name}\` has no population: only keys seen in a view's source exist`,
      `Give the entity \`from:\` a source that lists every ${name} if one without rows must answer \`missing\` instead of \`unknown_entity\`; otherwise ignore this.`,
    ),
  source_without_relation: (_: object) => error("The source names no table or query", 'Add `table: "…"`.'),
  engine_unknown: ({ name, nearest }: Lookup) =>
    error(
      `The settings have no engine \`${name}\``,
      didYouMean(nearest) ??
        `Add it to \`engines\` in featstore.config.yaml: \`engines: { ${name}: { kind: duckdb, roots: [/data] } }\`.`,
    ),
  engine_without_url: ({ name }: Name) =>
    error(
      `The engine \`${name}\` has no database whose tables it could read`,
      `Set \`engines.${name}.url\` with the variable \`FEATSTORE_ENGINE_${name.toUpperCase()}_URL\`.`,
    ),
  engine_reads_no_files: (_: object) =>
    error(
      "The engine `postgres` reads tables and queries, not files",
      "Name an engine of the settings that reads files.",
    ),
  engine_reads_lakes_only: ({ name, kind }: Name & { readonly kind: "table" | "query" }) =>
    error(
      `The engine \`${name}\` is Spark, which reads Iceberg tables and files, no ${kind === "table" ? "tables of PostgreSQL" : "queries"}`,
      "Name an Iceberg table with its catalog, `catalog.schema.table`, write `path:` with Parquet files, or choose an engine of kind `duckdb`.",
    ),
  engine_without_catalogs: ({ name }: Name) =>
    error(
      `The engine \`${name}\` is DuckDB, which has no catalog of Iceberg tables`,
      "Read the table with an engine of kind `spark`.",
    ),
  engines_mixed: ({
    engines,
  }: {
    readonly engines: readonly { readonly engine: string; readonly sources: readonly string[] }[];
  }) =>
    error(
      `Its sources are on several engines: ${engines.map(({ engine, sources }) => `\`${engine}\` reads ${list(sources)}`).join(", ")}`,
      "Read all sources of a view, its population included, with one engine. Views of several engines can meet in a service.",
    ),
  engine_cannot: ({
    engine,
    node,
    reason,
  }: {
    readonly engine: string;
    readonly node: string;
    readonly reason: string;
  }) =>
    error(
      `The engine \`${engine}\` cannot compute ${node}: ${reason}`,
      "Write it with functions of the language, or compute that part in the source's query.",
    ),
  path_invalid: ({ path, reason }: { readonly path: string; readonly reason: string }) =>
    error(
      `${JSON.stringify(path)} is not a path of files: ${reason}`,
      "Write a path below a root of the engine, such as `plays/*.parquet` or `s3://bucket/plays`.",
    ),
  path_outside_roots: ({
    path,
    engine,
    roots,
  }: {
    readonly path: string;
    readonly engine: string;
    readonly roots: readonly string[];
  }) =>
    error(
      `${JSON.stringify(path)} is outside the roots of the engine \`${engine}\``,
      roots.length === 0
        ? `It has none: set \`engines.${engine}.roots\` to the folders and buckets that it may read.`
        : `Its roots are ${list(roots)}; add another one to \`engines.${engine}.roots\` if it may be read. A relative path is below the first one, if that is a folder.`,
    ),
  partition_without_event_time: ({ name, holds }: Name & { readonly holds: string }) =>
    error(
      `The partition \`${name}\` holds the ${holds} of an event time, but the source has none`,
      'Add `eventTime: "…"`, or remove `holds`.',
    ),
  partition_type: ({ name, holds, type }: Name & { readonly holds: string; readonly type: string }) =>
    error(
      `The partition \`${name}\` is ${type}, which cannot hold a ${holds}`,
      "A year, a month or a day of the month is int32; a whole day is date.",
    ),
  query_not_select: (_: object) =>
    error(
      "A source's query must be one `select` or `with` statement without `;` or placeholders",
      "Remove the `;` and write constants inline.",
    ),
  column_duplicate: ({ name }: Name) =>
    error(`The column \`${name}\` is declared twice`, 'Rename one and use `.from("…")` to name its database column.'),
  column_name_invalid: ({ name }: Name) =>
    error(`Invalid database column name ${JSON.stringify(name)}`, "Names have 1 to 63 bytes."),
  zone_unknown: ({ zone }: { readonly zone: string }) =>
    error(`${JSON.stringify(zone)} is not a time zone`, 'Use an IANA name such as "UTC" or "Europe/Berlin".'),
  zone_meaningless: ({ type }: { readonly type: string }) =>
    error(`A column of type ${type} has no time zone`, "Remove the zone."),
  vector_dimensions: ({ type }: { readonly type: string }) =>
    error(`${type} has an unsupported number of dimensions`, "Vectors have 1 to 16000 dimensions."),
  key_missing: ({
    name,
    entity,
    keyedBy,
  }: Name & {
    readonly entity: string;
    /** A TypeScript expression for the source keyed by the entity's key; null if it lacks a column of that key. */
    readonly keyedBy: string | null;
  }) =>
    error(
      `The source's key lacks \`${name}\`, which identifies the entity \`${entity}\``,
      keyedBy === null
        ? `Add \`${name}\` to the source's key, with \`.from("…")\` if its column has another name.`
        : `Use \`${keyedBy}\`: the source keeps its row key, and an entity may have several rows.`,
    ),
  key_type_differs: ({ name, found, expected }: Name & { readonly found: string; readonly expected: string }) =>
    error(
      `The key \`${name}\` is ${found} in the source and ${expected} in the entity`,
      `Declare both as ${expected}.`,
    ),
  history_undeclared: ({ name }: Name) =>
    strictly(
      warning(
        `The source \`${name}\` declares no history, so training sets cannot rely on it`,
        'Add `history: "events"` (append-only), "versions" (rows with a validity start) or "current" (updated in place).',
      ),
    ),
  events_with_update_time: ({ name, column }: Name & { readonly column: string }) =>
    warning(
      `The source \`${name}\` is declared append-only, but \`${column}\` looks like the time of a row's last update`,
      'If rows are updated, use `history: "current"`: training sets would otherwise take later values for earlier times. If not, declare the column as `knownTime`, or remove it.',
    ),
  known_time_without_event_time: (_: object) =>
    error("The source has a known time but no event time", 'Add `eventTime: "…"`.'),
  lateness_without_time: ({ name }: Name) =>
    error(
      `A lateness counts from a known time or an event time, but the source \`${name}\` has neither`,
      'Add `eventTime: "…"`, or remove the lateness.',
    ),
  lateness_not_positive: ({ seconds }: { readonly seconds: number }) =>
    error(
      `A lateness of ${seconds} seconds is not a positive whole number`,
      "Use `lateness: hours(2)`, or remove it; every run that reads a query or a database view is then a full run.",
    ),
  lateness_of_updates: ({ name, column }: Name & { readonly column: string }) =>
    warning(
      `The source \`${name}\` is updated in place, and runs that rely on its lateness find an update only if it sets \`${column}\``,
      "Declare the column that every update sets as `knownTime`, or remove the lateness.",
    ),

  extension_key_incomplete: ({
    name,
    keys,
    named,
  }: Name & { readonly keys: readonly string[]; readonly named: readonly string[] }) =>
    error(
      `The source \`${name}\` has the key (${keys.join(", ")}), but \`by\` names (${named.join(", ")})`,
      "For each of its key columns, name the column of the extended source that holds it.",
    ),
  extension_key_differs: ({
    key,
    expected,
    column,
    found,
  }: {
    readonly key: string;
    readonly expected: string;
    readonly column: string;
    readonly found: string;
  }) =>
    error(
      `The key \`${key}\` is ${expected} in the extending source, but \`${column}\`, which holds it, is ${found}`,
      `Declare both as ${expected}.`,
    ),
  extension_of_many_rows: ({ name, history }: Name & { readonly history: string }) =>
    error(
      `The source \`${name}\` may have many rows per key (\`history: "${history}"\`), but only a single row can extend another source's row`,
      'Extend by a source with `history: "current"`, such as a query that returns the relevant row of each key; declare columns that never change `.static()`.',
    ),

  // Features and contracts
  view_without_features: (_: object) => error("The view has no features", "Add at least one."),
  feature_undocumented: ({ name }: Name) =>
    strictly(warning(`The feature \`${name}\` has no description`, 'Add `.describe("…")`.')),
  feature_type_differs: ({ declared, actual }: { readonly declared: string; readonly actual: string }) =>
    error(`The feature is declared ${declared}, but its expression is ${actual}`, `Declare it ${actual}.`),
  one_of_type: ({ type }: { readonly type: string }) =>
    error(
      `oneOf lists values that a feature of type ${type} cannot have`,
      "oneOf takes texts for a string feature and whole numbers for an int32 feature, at least one.",
    ),
  range_not_numeric: ({ type }: { readonly type: string }) =>
    error(`A range does not apply to type ${type}`, "Remove `.between()`."),
  range_empty: ({ minimum, maximum }: { readonly minimum: number; readonly maximum: number }) =>
    error(
      `The range from ${minimum} to ${maximum} is empty`,
      "Write the smaller bound first; both bounds must be finite.",
    ),
  null_fraction_range: ({ fraction }: { readonly fraction: number }) =>
    error(
      `Invalid maximum share of nulls ${fraction}: expected a number from 0 to 1`,
      "0.01 allows one null in a hundred.",
    ),
  min_rows_invalid: ({ minimum }: { readonly minimum: number }) =>
    error(
      `Invalid minimum of ${minimum} rows: expected a whole number from 0`,
      "Use `minRows: 1000`, or leave it out.",
    ),
  max_shrink_invalid: ({ share }: { readonly share: number }) =>
    error(
      `Invalid maximum shrink ${share}: expected a share from 0 to below 1`,
      "`maxShrink: 0.2` allows a loss of a fifth of the rows.",
    ),
  embedding_without_space: (_: object) =>
    error("A vector feature names no embedding space", 'Add `.space("…")` with the id of the model that produced it.'),
  space_not_vector: ({ type }: { readonly type: string }) =>
    error(`Only vectors have an embedding space, and this feature is ${type}`, "Remove `.space()`."),
  space_name_invalid: ({ name }: Name) =>
    error(
      `Invalid space name ${JSON.stringify(name)}: expected at most 64 lower-case letters, digits, dots, hyphens and underscores`,
      "Use the model's id, such as `minilm-l6-v2`.",
    ),
  space_metrics_mixed: ({ name, metric, other }: Name & { readonly metric: string; readonly other: string }) =>
    error(
      `The space \`${name}\` has the metric ${metric} here, but another metric in \`${other}\``,
      "Use one metric for a space.",
    ),
  space_dimensions_mixed: ({ name, type, other }: Name & { readonly type: string; readonly other: string }) =>
    error(
      `The space \`${name}\` holds ${type} here, but vectors of other dimensions in \`${other}\``,
      "Put vectors of different models into different spaces.",
    ),
  ttl_not_positive: ({ seconds }: { readonly seconds: number }) =>
    error(`A ttl of ${seconds} seconds is not a positive whole number`, "Use `ttl: days(30)`, or leave it out."),
  freshness_not_positive: ({ seconds }: { readonly seconds: number }) =>
    error(
      `A freshness of ${seconds} seconds is not a positive whole number`,
      "Use `freshness: hours(1)`, or leave it out.",
    ),
  schedule_not_cron: ({ cron, fault }: { readonly cron: string; readonly fault: string }) =>
    error(
      `${JSON.stringify(cron.slice(0, 80))} is not a cron expression of five fields: ${fault}`,
      'Write minute, hour, day of the month, month, day of the week: "0 3 * * *" runs every night at 03:00.',
    ),
  schedule_zone_unknown: ({ name }: Name) =>
    error(`\`${name}\` is not an IANA time zone`, 'Use a name such as "Europe/Berlin", or leave the zone out for UTC.'),
  schedule_never: ({ cron }: { readonly cron: string }) =>
    error(`The schedule \`${cron}\` never runs`, "Choose a day that one of its months has."),
  schedule_too_sparse: ({
    cron,
    gap,
    freshness,
  }: {
    readonly cron: string;
    readonly gap: number;
    readonly freshness: number;
  }) =>
    warning(
      `The schedule \`${cron}\` leaves up to ${gap} seconds between two runs, but the freshness promises at most ${freshness}`,
      "Schedule runs more often, relax the freshness, or remove the schedule; the freshness alone also triggers runs.",
    ),
  reconcile_without_schedule: (_: object) =>
    warning(
      "`reconcile` applies to scheduled runs only, and this view has no schedule",
      'Add `schedule: "0 * * * *"` or `freshness: minutes(5)`, or remove `reconcile`.',
    ),
  ttl_without_event_time: ({ name }: Name) =>
    error(`A ttl needs an event time, and the source \`${name}\` has none`, 'Add `eventTime: "…"` to the source.'),

  // Expressions
  column_unknown: ({ name, source, nearest }: Lookup & { readonly source: string }) =>
    error(
      `The source \`${source}\` declares no column \`${name}\``,
      didYouMean(nearest) ?? "Add it to the source's columns.",
    ),
  column_type_differs: ({ name, found, declared }: Name & { readonly found: string; readonly declared: string }) =>
    error(`The column \`${name}\` is read as ${found} but declared ${declared}`, "Read it as declared."),
  column_outside_aggregate: ({ name }: Name) =>
    error(
      `The column \`${name}\` has one value per row, but a feature has one per entity`,
      `Choose a row, \`latest(row.${name})\`, or use another aggregate.`,
    ),
  aggregate_nested: ({ name }: Name) =>
    error(`${name} is nested in another aggregate`, "Compute one of them in the source's query."),
  aggregate_in_filter: ({ name }: Name) =>
    error(
      `${name} is used in a filter, which reads one row at a time`,
      "Filter by columns, or use a case in the feature.",
    ),
  aggregate_without_operand: ({ name }: Name) =>
    error(`${name} needs an operand`, "Only count can be used without an operand."),
  ignore_nulls_meaningless: ({ name }: Name) =>
    warning(`${name} always skips nulls`, "Use `.ignoreNulls()` only with latest and first."),
  window_without_event_time: ({ source }: { readonly source: string }) =>
    error(`A window needs an event time, and the source \`${source}\` has none`, 'Add `eventTime: "…"` to the source.'),
  order_without_event_time: ({ name, source }: Name & { readonly source: string }) =>
    error(
      `${name} takes a row by event time, and the source \`${source}\` has none`,
      'Add `eventTime: "…"` to the source.',
    ),
  window_not_positive: ({ seconds }: { readonly seconds: number }) =>
    error(`A window of ${seconds} seconds is not a positive whole number`, "Use `.over(days(30))`."),
  window_end_not_positive: ({ seconds }: { readonly seconds: number }) =>
    error(
      `Invalid window end ${seconds} seconds before the as-of time: expected a positive whole number`,
      "Use `.over(days(7), { endingBefore: days(7) })`, or leave `endingBefore` out.",
    ),
  window_end_without_window: (_: object) =>
    error("`endingBefore` needs a window", "Use `.over(days(7), { endingBefore: days(7) })`."),
  fraction_range: ({ fraction }: { readonly fraction: number }) =>
    error(
      `A percentile's fraction of ${fraction} is not between 0 and 1`,
      "0.5 is the median, 0.95 the 95th percentile.",
    ),
  limit_range: ({ name, limit, largest }: Name & { readonly limit: number; readonly largest: number }) =>
    error(`${name} cannot gather ${limit} values`, `The limit is a whole number from 1 to ${largest}.`),
  tie_break_missing: ({
    source,
    columns,
    isKnown,
  }: {
    readonly source: string;
    /** Columns that differ, or may differ, between such rows; empty if no declared column qualifies. */
    readonly columns: readonly string[];
    /** True if the database guarantees that they differ. */
    readonly isKnown: boolean;
  }) =>
    warning(
      `Rows of the source \`${source}\` with equal event times have no defined order, so the rows that latest and first take, and the order of lastN and collect, may change`,
      columns.length === 0
        ? "Add `tieBreak` to the source, with columns that differ between such rows."
        : `Add \`tieBreak: ${JSON.stringify(columns.length === 1 ? columns[0] : columns)}\` to the source${isKnown ? ": a unique index ensures that no two rows have the same" : ", or other columns that differ between such rows"}.`,
    ),
  type_unsuitable: ({
    operation,
    found,
    expected,
  }: {
    operation: string;
    found: string;
    expected: readonly string[];
  }) =>
    error(
      `${operation} takes ${expected.join(" or ")}, not ${found}`,
      found === "json" ? "Cast it first: `.get(…).float64()`." : null,
    ),
  types_incomparable: ({ left, right }: Types) =>
    error(`${left} and ${right} cannot be compared`, "Cast one of them to the other's type."),
  vectors_differ: ({ left, right }: Types) =>
    error(`${left} and ${right} cannot be compared`, "Use two vectors of the same model, with equal dimensions."),
  types_differ: ({ operation, left, right }: Types & { readonly operation: string }) =>
    error(
      `The values of ${operation} have different types: ${left} and ${right}`,
      `Cast them to one type: \`.${left}()\`.`,
    ),
  decimal_with_float: (_: object) =>
    error("Decimals and floats cannot be mixed, because a float is not exact", "Cast the decimal: `.float64()`."),
  condition_not_bool: ({ found }: { readonly found: string }) =>
    error(`A condition must be bool, not ${found}`, "Compare it: `.eq(…)`, `.isNotNull()`."),
  operands_missing: ({ operation, count }: { readonly operation: string; readonly count: string }) =>
    error(`${operation} takes ${count}`, null),
  substring_range: (_: object) =>
    error("substring needs a start of at least 1 and a length of at least 0", "Start with 1."),
  cast_unsupported: ({ from, to, targets }: { from: string; to: string; targets: readonly string[] }) =>
    error(`${from} cannot be cast to ${to}`, `It can be cast to ${list(targets)}; use \`sql\` for other casts.`),
  literal_invalid: ({ value, type }: { readonly value: unknown; readonly type: string }) =>
    typeof value === "number" && !Number.isFinite(value)
      ? error(
          `${value} is not a finite number, so it cannot be a constant of type ${type}`,
          "Write a number from -1.7976931348623157e308 to 1.7976931348623157e308: JavaScript reads larger ones, such as 1e309, as Infinity.",
        )
      : error(`${JSON.stringify(value) ?? String(value)} is not a value of type ${type}`, literalForms[type] ?? null),
  json_path_invalid: (_: object) =>
    error(
      "A JSON path must consist of object keys and array positions from 0, at least one",
      '`.get("emotions", "joy")`',
    ),
  date_part_of_date: ({ part }: { readonly part: string }) =>
    error(`A date has no ${part}`, "Take it from a timestamp."),
  sql_malformed: ({ fault }: { readonly fault: string }) =>
    error(`The text of \`sql\` ${fault}`, "Write one expression, with columns and constants interpolated."),

  clock_or_chance: ({ found }: { readonly found: string }) =>
    error(
      `\`${found}\` changes between evaluations, but a definition must have the same value for the same rows and as-of time`,
      "Instead of the current time, use a window, `.over(days(30))`, or a computed feature of a service; instead of a random value, use a hash of the key, `hashtext(…)`.",
    ),

  // Services
  service_without_features: (_: object) => error("The service picks no features", "Add `features: [view.all()]`."),
  service_view_unknown: ({ name, nearest }: Lookup) => error(`There is no view \`${name}\``, didYouMean(nearest)),
  service_version_unknown: ({ name, versions }: Name & { readonly versions: readonly number[] }) =>
    error(`There is no \`${name}\``, `The view has version ${versions.join(", ")}.`),
  service_feature_unknown: ({ name, view, nearest }: Lookup & { readonly view: string }) =>
    error(`The view \`${view}\` has no feature \`${name}\``, didYouMean(nearest)),
  service_feature_repeated: ({ name }: Name) => error(`The service picks \`${name}\` twice`, "Pick it once."),
  service_versions_mixed: ({ name }: Name) =>
    error(
      `The service picks from two versions of \`${name}\`, but a row can hold a view only once`,
      "Pick from one version.",
    ),
  service_entities_mixed: ({ view, found, expected }: { view: string; found: string; expected: string }) =>
    error(
      `The view \`${view}\` describes the entity \`${found}\`, but the service describes \`${expected}\``,
      "A service picks from views of one entity; join views of another entity via a feature that holds its key: `view.through(other.feature(…))`.",
    ),
  service_view_reached_twice: ({ name }: Name) =>
    error(
      `The service picks from \`${name}\` in two ways, but a row can hold a view only once`,
      "Join it via one feature only, or pick from it directly.",
    ),
  service_through_nested: ({ name }: Name) =>
    error(
      `\`${name}\` is joined via a feature that is itself joined via another`,
      "Join it via a feature of the service's own entity.",
    ),
  service_through_composite: ({ view, key }: { readonly view: string; readonly key: readonly string[] }) =>
    error(
      `The view \`${view}\` cannot be joined: its entity's key is (${key.join(", ")}), but a feature holds one value`,
      "Join only views of entities with a key of one column.",
    ),
  service_through_type: ({ name, found, view, expected }: Name & { found: string; view: string; expected: string }) =>
    error(
      `\`${name}\` is ${found}, but the key of \`${view}\` is ${expected}`,
      `Define a feature that is ${expected}.`,
    ),

  // Inputs and computed features
  view_name_reserved: ({ name }: Name) =>
    error(`The view name \`${name}\` is reserved for other values of services`, "Rename the view."),
  input_duplicate: ({ name }: Name) => error(`The input \`${name}\` is declared twice`, "Rename one of them."),
  input_unknown: ({ name, nearest }: Lookup) =>
    error(`The service declares no input \`${name}\``, didYouMean(nearest) ?? "Add it to the service's `inputs`."),
  computed_feature_unknown: ({ name, nearest }: Lookup) =>
    error(
      `A computed feature reads \`${name}\`, which the service does not pick`,
      didYouMean(nearest) ?? "Add it to the service's `features`.",
    ),
  computed_reads_computed: ({ name }: Name) =>
    error(
      `A computed feature reads the computed feature \`${name}\` by its name`,
      "Repeat its expression; in TypeScript, both can use one variable.",
    ),
  computed_not_portable: ({ node, reason }: { readonly node: string; readonly reason: string }) =>
    error(
      `A computed feature cannot contain ${node}: ${reason}`,
      "Compute that part in a view and read its feature here.",
    ),
  computed_vector: ({ type }: { readonly type: string }) =>
    error(`A computed feature cannot be ${type}`, "Compute a number from it: `cosineSimilarity`, `innerProduct`."),
  spaces_incomparable: ({ left, right }: Types) =>
    error(
      `Vectors of the spaces \`${left}\` and \`${right}\` cannot be compared`,
      "Compare vectors of one space only.",
    ),
  default_unsupported: ({ type }: { readonly type: string }) =>
    error(`A feature of type ${type} cannot have a default`, "Remove `.default()`."),
  default_not_allowed: ({ value, allowed }: { readonly value: unknown; readonly allowed: readonly unknown[] }) =>
    error(
      `The default ${JSON.stringify(value)} is not an allowed value of the feature`,
      `Expected one of ${allowed.map((each) => JSON.stringify(each)).join(", ")}.`,
    ),
  default_out_of_range: ({ value, minimum, maximum }: { value: unknown; minimum: number; maximum: number }) =>
    error(
      `The default ${JSON.stringify(value)} is not between ${minimum} and ${maximum}`,
      "Choose a default within the feature's own range.",
    ),

  // Datasets
  dataset_without_columns: (_: object) =>
    error("The dataset has no columns", 'Add `columns: (row) => ({ title: row.title.describe("…") })`.'),
  dataset_without_key: ({ name }: Name) =>
    error(`The source \`${name}\` has no key, which orders and identifies the rows of a dataset`, "Declare its key."),
  dataset_of_engine: ({ name, engine }: Name & { readonly engine: string }) =>
    error(
      `The engine \`${engine}\` reads \`${name}\`, and a dataset publishes rows that PostgreSQL has`,
      "Publish a service with a view of this source: its rows are in PostgreSQL once the view is materialized.",
    ),
  dataset_of_tenants: ({ name }: Name) =>
    error(
      `\`${name}\` has rows of tenants, and a dataset publishes only rows that all tenants share`,
      "Publish a source or views without a tenant column.",
    ),
  dataset_service_unknown: ({ name, nearest }: Lookup) => error(`There is no service \`${name}\``, didYouMean(nearest)),
  dataset_reads_unknown: ({ name, nearest }: Lookup) =>
    error(
      `The rows of the dataset have no \`${name}\``,
      didYouMean(nearest) ?? "Add it to the service's features or to the source's columns.",
    ),
  dataset_not_portable: ({ node, reason }: { readonly node: string; readonly reason: string }) =>
    error(
      `A dataset cannot contain ${node}: ${reason}`,
      "Compute that part in a view or in the source's query and read it here.",
    ),
  dataset_strict_inside: (_: object) =>
    error(
      "A strict cast inside another expression cannot say which value was lost",
      "Use `.strict()` only on the column as a whole; its lost values refuse the build or exclude the row.",
    ),
  dataset_column_duplicate: ({ name }: Name) =>
    error(`The column \`${name}\` is published twice`, "Rename one of them."),
  dataset_column_reserved: ({ name, isKey }: Name & { readonly isKey: boolean }) =>
    error(
      `\`${name}\` is the name of ${isKey ? "a key column, which every row begins with" : "the column of the quality score"}`,
      isKey ? "Remove or rename the column." : "Rename the column, or declare it as `quality`.",
    ),
  dataset_column_undocumented: ({ name }: Name) =>
    error(`The column \`${name}\` has no description`, 'Add `.describe("…")`: the card prints it.'),
  dataset_reads_personal: ({ name }: Name) =>
    warning(
      `The column publishes \`${name}\`, which is marked as personal data`,
      "Remove it unless it may be published.",
    ),
  dataset_column_unknown: ({ name, nearest }: Lookup) =>
    error(`The dataset has no column \`${name}\``, didYouMean(nearest) ?? "Add it to `columns`."),
  dataset_text_unsuitable: ({ name, found }: Name & { readonly found: string }) =>
    error(`\`${name}\` is ${found}, and only texts are compared`, "Name a string column."),
  dataset_score_type: ({ found }: { readonly found: string }) =>
    error(`A quality score is float64, not ${found}`, "Add `.float64()`."),
  dataset_reason_taken: ({ name }: Name) =>
    error(
      `The reason \`${name}\` is used twice, or by every dataset`,
      "Name each rule differently, and not taken_down, duplicate_key, duplicate_text or invalid_value.",
    ),
  dataset_split_shares: ({ shares }: { readonly shares: readonly number[] }) =>
    error(
      `The shares ${shares.join(", ")} are not whole numbers from 0 that sum up to 100`,
      "Write percents: `split: { train: 80, validation: 10, test: 10 }`.",
    ),
  dataset_part_missing: ({ part }: { readonly part: string }) =>
    error(`The dataset has no ${part}`, `Add \`${part}\`: nobody can use data without it.`),
  licence_invalid: ({
    licence,
    id,
    nearest,
  }: {
    readonly licence: string;
    /** Null if the expression is malformed. */
    readonly id: string | null;
    readonly nearest: string | null;
  }) =>
    error(
      id === null
        ? `${JSON.stringify(licence)} is not an SPDX licence expression`
        : `${JSON.stringify(id)} is not an SPDX licence id that Featstore knows`,
      didYouMean(nearest) ?? "Write an id such as `CC0-1.0` or `CC-BY-4.0`, or `LicenseRef-…` for another licence.",
    ),
  dataset_terms_missing: (_: object) =>
    error("The terms have no version or no text", 'Add `terms: { version: "2026-01", text: "…" }`.'),

  // The database's catalog
  relation_missing: ({ name, nearest }: Lookup) =>
    error(
      `The database has no table or view \`${name}\``,
      didYouMean(nearest) ?? "Name the schema (`schema.table`) if the search path lacks it.",
    ),
  source_resolves_elsewhere: ({
    name,
    version,
    applied,
    now,
  }: Name & { readonly version: string; readonly applied: string; readonly now: string }) =>
    warning(
      `\`${name}\` now refers to \`${now}\`, but \`${version}\` was applied when it referred to \`${applied}\` and still reads that`,
      "Name the schema (`schema.table`), or restore the search path; a new version would read what the name refers to now.",
    ),
  search_path_changed: ({
    name,
    version,
    applied,
    now,
  }: Name & { readonly version: string; readonly applied: string; readonly now: string }) =>
    warning(
      `The query \`${name}\` of \`${version}\` was applied with the search path \`${applied}\`, which is now \`${now}\`, so its runs fail`,
      "Restore the search path, or make a new version whose query names each table with its schema.",
    ),
  relation_unreadable: ({
    name,
    parts,
    columns,
    schema,
  }: Name & {
    readonly parts: readonly string[];
    readonly columns: readonly string[];
    /** Set if the role may not use the schema. */
    readonly schema: string | null;
  }) => {
    const usage = schema === null ? "" : `grant usage on schema ${quoted(schema)} to …; `;
    const select = `grant select${columns.length === 0 ? "" : ` (${columns.map(quoted).join(", ")})`} on ${parts.map(quoted).join(".")} to …`;
    return error(
      `The role may not read ${columns.length === 0 ? "" : `${list(columns)} of `}\`${name}\``,
      `Run \`${usage}${select}\` as its owner; \`featstore doctor\` prints all missing grants.`,
    );
  },
  files_unreadable: ({ name, reason }: Name & { readonly reason: string }) =>
    error(`The files \`${name}\` cannot be read: ${reason}`, "Correct the path or the files."),
  iceberg_unreadable: ({ name, reason }: Name & { readonly reason: string }) =>
    error(
      `The Iceberg table \`${name}\` cannot be read: ${reason}`,
      "Correct its name, or the catalogs of the cluster.",
    ),
  query_fails: ({ reason }: { readonly reason: string }) =>
    error(`The database rejects the source's query: ${reason}`, "Correct the query."),
  relation_not_described: ({ name }: Name) =>
    warning(`The catalog does not describe \`${name}\`: it was not compared with the database`, null),
  database_column_missing: ({ name, relation, nearest }: Lookup & { readonly relation: string }) =>
    error(`\`${relation}\` has no column \`${name}\``, didYouMean(nearest) ?? 'Name its column with `.from("…")`.'),
  database_type_unreadable: ({
    name,
    found,
    type,
    readers,
    place,
  }: Name & { found: string; type: string; readers: string[]; place: "database" | "files" }) =>
    error(
      `The column \`${name}\` is ${found} in the ${place}, which ${type} cannot read`,
      readers.length > 0 ? `Declare it ${readers.join(" or ")}.` : "Cast it in a source's query.",
    ),
  zone_missing: ({ name }: Name) =>
    error(
      `The column \`${name}\` stores times without a zone`,
      'Declare the zone its values are in: `{ column: "…", zone: "UTC" }` or `timestamp({ zone: "UTC" })`.',
    ),
  zone_on_zoned_column: ({ name }: Name) =>
    error(`The column \`${name}\` already stores its zone (timestamp with time zone)`, "Remove the zone."),
  database_column_nullable: ({ name }: Name) =>
    warning(`The column \`${name}\` may be null in the database`, "Declare it `.nullable()`."),
  key_not_unique: ({
    relation,
    columns,
    indexed,
    keyedBy,
    rowKey,
  }: {
    readonly relation: string;
    readonly columns: readonly string[];
    /** Table and columns as a unique index names them; null if the relation is a query. */
    readonly indexed: string | null;
    /**
     * A TypeScript expression for the source with this key; null if its key was already chosen that way, or if it
     * extends another.
     */
    readonly keyedBy: string | null;
    /** The table's unique key, written as the key of a source; null if unknown. */
    readonly rowKey: string | null;
  }) =>
    warning(
      `${indexed === null ? "Nothing guarantees" : "The database does not guarantee"} that \`${relation}\` has one row per (${columns.join(", ")})`,
      [
        ...(indexed === null ? [] : [`If it does, run \`create unique index on ${indexed}\`.`]),
        ...(keyedBy === null
          ? []
          : [
              `If there may be several rows, declare the source with the key of its rows${rowKey === null ? "" : `, \`key: { ${rowKey} }\`,`} and use \`${keyedBy}\`.`,
            ]),
        `${indexed === null && keyedBy === null ? "Make" : "Or make"} the source a query that returns one row for each.`,
      ].join(" "),
    ),
  statement_refused: ({ engine, reason }: { readonly engine: string; readonly reason: string }) =>
    error(
      `${engine === "postgres" ? "PostgreSQL" : `The engine \`${engine}\``} rejects the view's SQL: ${reason}`,
      "Correct the feature or the source named in the message; `featstore sql` prints the statement.",
    ),
  vector_extension_missing: (_: object) =>
    error(
      "The database lacks the extension pgvector, which vectors need",
      "Run `create extension vector` as a superuser.",
    ),
} satisfies Record<string, (parameters: never) => Text>;

const literalForms: Readonly<Record<string, string>> = {
  int32: "Whole numbers from -2147483648 to 2147483647; write a larger one as bigint, `3000000000n`.",
  int64: "64-bit whole numbers.",
  decimal: 'Digits with at most one point, "12.50".',
  timestamp: 'ISO 8601 in UTC, "2026-01-01T00:00:00Z", with up to six decimals.',
  date: 'ISO 8601, "2026-01-01".',
  uuid: '36 characters in lower case, "5c9b8f0e-2f6a-4f0e-9d3c-0a1b2c3d4e5f".',
  float64: "A finite number.",
  float32: "A finite number.",
};

export type DiagnosticCode = keyof typeof diagnosticTable;
export type DiagnosticParameters<C extends DiagnosticCode> = Parameters<(typeof diagnosticTable)[C]>[0];

/** Makes the diagnostic of a code. */
export function diagnostic<C extends DiagnosticCode>(
  code: C,
  parameters: DiagnosticParameters<C>,
  at: { readonly definition: string; readonly path: string; readonly strict: boolean },
): Diagnostic {
  // Each code's parameters fit its own message; the compiler cannot see that for a union of codes.
  const textOf = diagnosticTable[code] as (parameters: DiagnosticParameters<C>) => Text;
  const { strict, severity, message, suggestion } = textOf(parameters);
  const { definition, path } = at;
  return { code, severity: strict && at.strict ? "error" : severity, definition, path, message, suggestion };
}
