// One table, and therefore long: every rule an author can break, with what the author is told.

export type Severity = "error" | "warning";

/** One broken rule. */
export interface Diagnostic {
  /** Stable: tools may match on it. */
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** `lyric_sentiment@2` for views and services, `analyses` for sources, `track` for entities. */
  readonly definition: string;
  /** Where in the definition, `features.quality`, `source.eventTime`; `""` for the definition as a whole. */
  readonly path: string;
  readonly message: string;
  readonly suggestion: string | null;
}

interface Text {
  readonly severity: Severity;
  readonly message: string;
  readonly suggestion: string | null;
  /** A warning that strict checks make an error. */
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

/** A name as SQL: quoted always, so that capitals, spaces and reserved words need no rule of their own. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Name {
  readonly name: string;
}
interface Lookup extends Name {
  /** The nearest known name, if one is near. */
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
      `The name ${JSON.stringify(name)} is not lower case letters, digits and underscores, a letter first, at most 40`,
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
    error(`\`${name}\` is the name of an entity key column, so no feature may have it`, "Rename the feature."),
  version_invalid: ({ version }: { readonly version: unknown }) =>
    error(`The version ${String(version)} is not a whole number from 1`, "Start with `version: 1`."),
  definition_duplicate: ({ name }: Name) =>
    error(`\`${name}\` is defined more than once`, "Give one of them another name or version."),
  feature_duplicate: ({ name }: Name) =>
    error(`The feature \`${name}\` is defined more than once`, "Rename one of them."),
  definition_malformed: ({ fault }: { readonly fault: string }) =>
    error(`Not a definition of this format: ${fault}`, "Make definitions with featureView and featureService."),
  cyclic_reference: (_: object) =>
    error("The definition contains itself", "Expressions form a tree: remove the cycle."),
  version_unsupported: ({ found, expected }: { readonly found: number; readonly expected: number }) =>
    error(
      `The definition's format is version ${found}; this package reads ${expected}`,
      "Use one version of the package.",
    ),

  // Versions, beside those that are registered
  version_skipped: ({ version, newest }: { readonly version: number; readonly newest: number }) =>
    strictly(
      warning(
        `Version ${version} skips numbers: the newest version before it is ${newest}`,
        `Make it version ${newest + 1}.`,
      ),
    ),
  former_name_declared: ({ name }: Name) =>
    error(
      `It is renamed from \`${name}\`, which is among the definitions as well`,
      `Rename every version of \`${name}\`; or leave \`renamedFrom\` out, which is of no use once the renaming is applied.`,
    ),
  former_names_differ: ({ name, other }: Name & { readonly other: string }) =>
    error(
      `It is renamed from \`${name}\`, and so is, or from something else, \`${other}\``,
      "One view takes the name of one: all versions say the same `renamedFrom`.",
    ),
  former_name_unknown: ({ name, nearest }: Lookup) =>
    warning(
      `It is renamed from \`${name}\`, but the registry has no view of that name, and it will be a new one`,
      didYouMean(nearest),
    ),
  name_taken: ({ name, other }: Name & { readonly other: string }) =>
    error(
      `\`${other}\` cannot be renamed to \`${name}\`: the registry has a view of that name`,
      "Take a name that no view has.",
    ),
  name_moved: ({ name, other }: Name & { readonly other: string }) =>
    error(
      `\`${name}\` is what \`${other}\` was called before, and no other view takes that name`,
      `Bring the definitions up to date, or take another name; \`renamedFrom: "${other}"\` gives the view its former name back.`,
    ),
  version_retired: ({ name }: Name) =>
    warning(`\`${name}\` is retired: nothing of it is served any more`, "Leave it out of the definitions."),
  definitions_stale: ({
    newest,
    appliedAt,
    isWritten,
  }: {
    /** The newest registered version, `lyric_sentiment@3`. */
    readonly newest: string;
    readonly appliedAt: string;
    /** Whether applying would write something of an older version. */
    readonly isWritten: boolean;
  }) =>
    (isWritten ? error : warning)(
      `These definitions are older than the registry, which has \`${newest}\` since ${appliedAt}`,
      `Bring the definitions up to date; \`${newest}\` must be among them, or be retired, for anything to be applied.`,
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
  entity_without_key: (_: object) => error("The entity has no key", "Add `key: { track_id: int64() }`."),
  entity_defined_twice: ({ name, other }: Name & { readonly other: string }) =>
    error(
      `The entity \`${name}\` is not the one that \`${other}\` uses under that name`,
      "Declare the entity once and import it.",
    ),
  entity_without_population: ({ name }: Name) =>
    warning(
      `The entity \`${name}\` has no population: only keys seen in a view's source exist`,
      `Give the entity \`from:\` a source that lists every ${name}.`,
    ),
  source_without_relation: (_: object) => error("The source names no table and no query", 'Add `table: "…"`.'),
  query_not_select: (_: object) =>
    error(
      "A source's query is one `select` or `with` statement without `;` and placeholders",
      "Leave the `;` out and write constants in place.",
    ),
  column_duplicate: ({ name }: Name) =>
    error(`The column \`${name}\` is declared twice`, 'Rename one and say `.from("…")` to name its database column.'),
  column_name_invalid: ({ name }: Name) =>
    error(`${JSON.stringify(name)} cannot be a column of the database`, "Names have 1 to 63 bytes."),
  zone_unknown: ({ zone }: { readonly zone: string }) =>
    error(`${JSON.stringify(zone)} is not a time zone`, 'Use an IANA name, "UTC" or "Europe/Berlin".'),
  zone_meaningless: ({ type }: { readonly type: string }) =>
    error(`A column of type ${type} has no time zone`, "Leave the zone out."),
  vector_dimensions: ({ type }: { readonly type: string }) =>
    error(`${type} has no dimensions that can be stored`, "Vectors have 1 to 16000 dimensions."),
  key_missing: ({
    name,
    entity,
    keyedBy,
  }: Name & {
    readonly entity: string;
    /** The source by the entity's key, as TypeScript; null: it lacks a column of that key. */
    readonly keyedBy: string | null;
  }) =>
    error(
      `The source's key lacks \`${name}\`, which identifies the entity \`${entity}\``,
      keyedBy === null
        ? `Add \`${name}\` to the source's key, with \`.from("…")\` if its column has another name.`
        : `Use \`${keyedBy}\`: the source keeps the key of its rows, of which an entity may have several.`,
    ),
  key_type_differs: ({ name, found, expected }: Name & { readonly found: string; readonly expected: string }) =>
    error(
      `The key \`${name}\` is ${found} in the source and ${expected} in the entity`,
      `Declare both as ${expected}.`,
    ),
  history_undeclared: ({ name }: Name) =>
    strictly(
      warning(
        `The source \`${name}\` does not say what history it has, so no training set can trust it`,
        'Add `history: "events"` (append-only), "versions" (rows with a validity start) or "current" (updated in place).',
      ),
    ),
  known_time_without_event_time: (_: object) =>
    error("The source has a known time but no event time", 'Add `eventTime: "…"`.'),
  lateness_without_time: ({ name }: Name) =>
    error(
      `A lateness counts from a known or an event time, and the source \`${name}\` has neither`,
      'Add `eventTime: "…"`, or leave the lateness out.',
    ),
  lateness_not_positive: ({ seconds }: { readonly seconds: number }) =>
    error(
      `A lateness of ${seconds} seconds is not a positive whole number`,
      "Use `lateness: hours(2)`, or leave it out: every run of a query or a view is full then.",
    ),
  lateness_of_updates: ({ name, column }: Name & { readonly column: string }) =>
    warning(
      `The source \`${name}\` is updated in place, and by its lateness an update is found only if it sets \`${column}\``,
      "Declare the column that every update sets as `knownTime`, or leave the lateness out.",
    ),

  extension_key_incomplete: ({
    name,
    keys,
    named,
  }: Name & { readonly keys: readonly string[]; readonly named: readonly string[] }) =>
    error(
      `The source \`${name}\` is found by its key, (${keys.join(", ")}), and \`by\` names (${named.join(", ")})`,
      "Say for each of its key columns which column of the extended source holds it.",
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
      `The key \`${key}\` is ${expected} in the extending source, and \`${column}\`, which holds it, is ${found}`,
      `Declare both as ${expected}.`,
    ),
  extension_of_many_rows: ({ name, history }: Name & { readonly history: string }) =>
    error(
      `The source \`${name}\` has many rows for a key (\`history: "${history}"\`), and only one of them can extend another's row`,
      'Extend by a source of `history: "current"`, such as a query that gives the row of each key that counts; where what it says never changes, declare its columns `.static()`.',
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
    error(`A range has no meaning for type ${type}`, "Leave `.between()` out."),
  range_empty: ({ minimum, maximum }: { readonly minimum: number; readonly maximum: number }) =>
    error(`No number lies between ${minimum} and ${maximum}`, "The smaller bound comes first; both are finite."),
  null_fraction_range: ({ fraction }: { readonly fraction: number }) =>
    error(`A largest share of nulls of ${fraction} is not between 0 and 1`, "0.01 allows one null in a hundred."),
  min_rows_invalid: ({ minimum }: { readonly minimum: number }) =>
    error(`A minimum of ${minimum} rows is not a whole number from 0`, "Use `minRows: 1000`, or leave it out."),
  max_shrink_invalid: ({ share }: { readonly share: number }) =>
    error(
      `A maximum shrink of ${share} is not a share from 0 to below 1`,
      "`maxShrink: 0.2` allows a fifth of the rows to go.",
    ),
  embedding_without_space: (_: object) =>
    error("A vector feature names no embedding space", 'Add `.space("…")` with the id of the model that made it.'),
  space_not_vector: ({ type }: { readonly type: string }) =>
    error(`Only vectors lie in an embedding space, and this is ${type}`, "Leave `.space()` out."),
  space_name_invalid: ({ name }: Name) =>
    error(
      `The space name ${JSON.stringify(name)} is not lower case letters, digits, dots, hyphens and underscores, at most 64`,
      "Use the model's id, `minilm-l6-v2`.",
    ),
  space_metrics_mixed: ({ name, metric, other }: Name & { readonly metric: string; readonly other: string }) =>
    error(
      `The space \`${name}\` is measured by ${metric} here and otherwise in \`${other}\``,
      "One space has one metric.",
    ),
  space_dimensions_mixed: ({ name, type, other }: Name & { readonly type: string; readonly other: string }) =>
    error(
      `The space \`${name}\` holds ${type} here and other dimensions in \`${other}\``,
      "Vectors of different models lie in different spaces.",
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
      `${JSON.stringify(cron.slice(0, 80))} is no cron expression of five fields: ${fault}`,
      'Write minute, hour, day of the month, month, day of the week: "0 3 * * *" is three o\'clock every night.',
    ),
  schedule_zone_unknown: ({ name }: Name) =>
    error(`\`${name}\` is no IANA time zone`, 'Use a name such as "Europe/Berlin", or leave the zone out for UTC.'),
  schedule_never: ({ cron }: { readonly cron: string }) =>
    error(`The schedule \`${cron}\` never comes`, "Its day is in none of its months."),
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
      `The schedule \`${cron}\` leaves ${gap} seconds between two runs, and the freshness promises ${freshness}`,
      "Schedule it more often, promise less, or leave the schedule out: the freshness alone drives runs, too.",
    ),
  reconcile_without_schedule: (_: object) =>
    warning(
      "Only scheduled runs are reconciled, and nothing schedules this view",
      'Add `schedule: "0 * * * *"` or `freshness: minutes(5)`, or leave `reconcile` out.',
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
    error(`The column \`${name}\` is read as ${found} and declared ${declared}`, "Read it as it is declared."),
  column_outside_aggregate: ({ name }: Name) =>
    error(
      `The column \`${name}\` has a value per row, and a feature one per entity`,
      `Say which row's: \`latest(row.${name})\`, or an aggregate of them.`,
    ),
  aggregate_nested: ({ name }: Name) =>
    error(`${name} stands inside another aggregate`, "Compute one of them in the source's query."),
  aggregate_in_filter: ({ name }: Name) =>
    error(`${name} stands in a filter, which judges one row`, "Filter by columns, or use a case in the feature."),
  aggregate_without_operand: ({ name }: Name) =>
    error(`${name} needs something to aggregate`, "Only count may stand without an operand."),
  ignore_nulls_meaningless: ({ name }: Name) =>
    warning(`${name} skips nulls always`, "Leave `.ignoreNulls()` to latest and first."),
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
      `A window cannot end ${seconds} seconds before the as-of time: that is not a positive whole number`,
      "Use `.over(days(7), { endingBefore: days(7) })`, or leave `endingBefore` out.",
    ),
  window_end_without_window: (_: object) =>
    error("Only a window has an end", "Use `.over(days(7), { endingBefore: days(7) })`."),
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
    /** Those that differ between such rows, or may; none: no declared column looks like it. */
    readonly columns: readonly string[];
    /** Whether the database says that they differ. */
    readonly isKnown: boolean;
  }) =>
    warning(
      `Rows of the source \`${source}\` with equal event times have no order, so which one latest and first take, and lastN and collect list first, may change`,
      columns.length === 0
        ? "Add `tieBreak` to the source, with columns that differ between such rows."
        : `Add \`tieBreak: ${JSON.stringify(columns.length === 1 ? columns[0] : columns)}\` to the source${isKnown ? ": a unique index says that no two rows have the same" : ", or other columns that differ between such rows"}.`,
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
    error(`${left} and ${right} have nothing to compare`, "Both vectors come from one model: of the same dimensions."),
  types_differ: ({ operation, left, right }: Types & { readonly operation: string }) =>
    error(`The values of ${operation} are ${left} and ${right}`, `Cast them to one type: \`.${left}()\`.`),
  decimal_with_float: (_: object) =>
    error("Decimals and floats do not mix: a float is not exact", "Cast the decimal: `.float64()`."),
  condition_not_bool: ({ found }: { readonly found: string }) =>
    error(`A condition is bool, not ${found}`, "Compare it: `.eq(…)`, `.isNotNull()`."),
  operands_missing: ({ operation, count }: { readonly operation: string; readonly count: string }) =>
    error(`${operation} takes ${count}`, null),
  substring_range: (_: object) => error("substring counts from 1 and takes no negative length", "Start with 1."),
  cast_unsupported: ({ from, to, targets }: { from: string; to: string; targets: readonly string[] }) =>
    error(`${from} cannot be cast to ${to}`, `It can be cast to ${list(targets)}; \`sql\` can do the rest.`),
  literal_invalid: ({ value, type }: { readonly value: unknown; readonly type: string }) =>
    typeof value === "number" && !Number.isFinite(value)
      ? error(
          `${value} is not a finite number, so it is no constant of type ${type}`,
          "Write a number from -1.7976931348623157e308 to 1.7976931348623157e308: JavaScript reads larger ones, such as 1e309, as Infinity.",
        )
      : error(`${JSON.stringify(value) ?? String(value)} is not a value of type ${type}`, literalForms[type] ?? null),
  json_path_invalid: (_: object) =>
    error("A JSON path is made of object keys and array positions from 0, at least one", '`.get("emotions", "joy")`'),
  date_part_of_date: ({ part }: { readonly part: string }) =>
    error(`A date has no ${part}`, "Take it from a timestamp."),
  sql_malformed: ({ fault }: { readonly fault: string }) =>
    error(`The text of \`sql\` ${fault}`, "Write one expression, with columns and constants interpolated."),

  clock_or_chance: ({ found }: { readonly found: string }) =>
    error(
      `\`${found}\` has another value whenever it is asked, and a definition has the same value for the same rows and as-of time`,
      "For the clock: a window, `.over(days(30))`, or a computed feature of a service; for chance: a hash of the key, `hashtext(…)`.",
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
      `The service picks from two versions of \`${name}\`, and a row holds a view under its name once`,
      "Pick from one version.",
    ),
  service_entities_mixed: ({ view, found, expected }: { view: string; found: string; expected: string }) =>
    error(
      `The view \`${view}\` describes the entity \`${found}\`, and the service \`${expected}\``,
      "A service picks from views of one entity; another's are reached through a feature that holds its key: `view.through(other.feature(…))`.",
    ),
  service_view_reached_twice: ({ name }: Name) =>
    error(
      `The service picks from \`${name}\` in two ways, and a row holds a view under its name once`,
      "Reach it through one feature, or not at all.",
    ),
  service_through_nested: ({ name }: Name) =>
    error(
      `\`${name}\` is reached through a feature that is itself reached through another`,
      "Reach it through a feature of the service's own entity.",
    ),
  service_through_composite: ({ view, key }: { readonly view: string; readonly key: readonly string[] }) =>
    error(
      `The view \`${view}\` cannot be reached: its entity's key is (${key.join(", ")}), and one feature holds one value`,
      "Reach views of entities with a key of one column.",
    ),
  service_through_type: ({ name, found, view, expected }: Name & { found: string; view: string; expected: string }) =>
    error(
      `\`${name}\` is ${found}, and the key of \`${view}\` is ${expected}`,
      `Define a feature that is ${expected}.`,
    ),

  // What a service computes
  view_name_reserved: ({ name }: Name) =>
    error(`No view may be named \`${name}\`: services answer and read other values under it`, "Rename the view."),
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
      `A computed feature reads the computed \`${name}\` by its name`,
      "Write its expression in its place: in TypeScript, by a variable that both use.",
    ),
  computed_not_portable: ({ node, reason }: { readonly node: string; readonly reason: string }) =>
    error(
      `A computed feature cannot have ${node}: ${reason}`,
      "Compute that part in a view, and read its feature here.",
    ),
  computed_vector: ({ type }: { readonly type: string }) =>
    error(`A computed feature cannot be ${type}`, "Compute a number of it: `cosineSimilarity`, `innerProduct`."),
  spaces_incomparable: ({ left, right }: Types) =>
    error(
      `Vectors of the spaces \`${left}\` and \`${right}\` have nothing to compare`,
      "Vectors are comparable within one space only.",
    ),
  default_unsupported: ({ type }: { readonly type: string }) =>
    error(`A feature of type ${type} has no default`, "Leave `.default()` out."),
  default_not_allowed: ({ value, allowed }: { readonly value: unknown; readonly allowed: readonly unknown[] }) =>
    error(
      `The default ${JSON.stringify(value)} is none of the values that the feature may take`,
      `They are ${allowed.map((each) => JSON.stringify(each)).join(", ")}.`,
    ),
  default_out_of_range: ({ value, minimum, maximum }: { value: unknown; minimum: number; maximum: number }) =>
    error(
      `The default ${JSON.stringify(value)} does not lie between ${minimum} and ${maximum}`,
      "A default keeps the feature's own range.",
    ),

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
      `\`${name}\` means \`${now}\` now, and \`${applied}\` when \`${version}\` was applied, which goes on reading that`,
      "Name the schema (`schema.table`), or set the search path back; a new version reads what the name means now.",
    ),
  search_path_changed: ({
    name,
    version,
    applied,
    now,
  }: Name & { readonly version: string; readonly applied: string; readonly now: string }) =>
    warning(
      `The query \`${name}\` of \`${version}\` was applied with the search path \`${applied}\`, and it is \`${now}\` now: runs of it fail`,
      "Set the search path back, or make a new version whose query names each table with its schema.",
    ),
  relation_unreadable: ({
    name,
    parts,
    columns,
    schema,
  }: Name & {
    readonly parts: readonly string[];
    readonly columns: readonly string[];
    /** Set where the role may not use the schema. */
    readonly schema: string | null;
  }) => {
    const usage = schema === null ? "" : `grant usage on schema ${quoted(schema)} to …; `;
    const select = `grant select${columns.length === 0 ? "" : ` (${columns.map(quoted).join(", ")})`} on ${parts.map(quoted).join(".")} to …`;
    return error(
      `The role may not read ${columns.length === 0 ? "" : `${list(columns)} of `}\`${name}\``,
      `Run \`${usage}${select}\` as its owner; \`featstore doctor\` prints all that is needed.`,
    );
  },
  query_fails: ({ reason }: { readonly reason: string }) =>
    error(`The database refuses the source's query: ${reason}`, "Correct the query."),
  relation_not_described: ({ name }: Name) =>
    warning(`Nothing is known of \`${name}\`: it was not compared with the database`, null),
  database_column_missing: ({ name, relation, nearest }: Lookup & { readonly relation: string }) =>
    error(`\`${relation}\` has no column \`${name}\``, didYouMean(nearest) ?? 'Name its column with `.from("…")`.'),
  database_type_unreadable: ({
    name,
    found,
    type,
    readers,
  }: Name & { found: string; type: string; readers: string[] }) =>
    error(
      `The column \`${name}\` is ${found} in the database, which ${type} cannot read`,
      readers.length > 0 ? `Declare it ${readers.join(" or ")}.` : "Cast it in a source's query.",
    ),
  zone_missing: ({ name }: Name) =>
    error(
      `The column \`${name}\` stores times without a zone`,
      'Declare the zone its values are in: `{ column: "…", zone: "UTC" }` or `timestamp({ zone: "UTC" })`.',
    ),
  zone_on_zoned_column: ({ name }: Name) =>
    error(`The column \`${name}\` knows its zone (timestamp with time zone)`, "Leave the zone out."),
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
    /** Table and columns as a unique index names them; null: the relation is a query. */
    readonly indexed: string | null;
    /** The source by this key, as TypeScript; null: its key was chosen that way already, or it extends another. */
    readonly keyedBy: string | null;
    /** The table's unique key, written as the key of a source; null: not known. */
    readonly rowKey: string | null;
  }) =>
    warning(
      `Nothing in the database says that \`${relation}\` has one row per (${columns.join(", ")})`,
      [
        ...(indexed === null ? [] : [`If it has: \`create unique index on ${indexed}\`.`]),
        ...(keyedBy === null
          ? []
          : [
              `If there may be several rows: declare the source with the key of its rows${rowKey === null ? "" : `, \`key: { ${rowKey} }\`,`} and use \`${keyedBy}\`.`,
            ]),
        `${indexed === null && keyedBy === null ? "Make" : "Or make"} the source a query that gives one row for each.`,
      ].join(" "),
    ),
  statement_refused: ({ reason }: { readonly reason: string }) =>
    error(
      `PostgreSQL refuses the view's SQL: ${reason}`,
      "Correct the feature or the source that the message is about; `featstore sql` prints the statement.",
    ),
  vector_extension_missing: (_: object) =>
    error("The database has no pgvector, which vectors need", "Run `create extension vector` as a superuser."),
} satisfies Record<string, (parameters: never) => Text>;

const literalForms: Readonly<Record<string, string>> = {
  int32: "Whole numbers from -2147483648 to 2147483647; write a larger one as bigint, `3000000000n`.",
  int64: "Whole numbers of 64 bits.",
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
  // One code's parameters fit its own text; over a union of codes the compiler cannot see that.
  const textOf = diagnosticTable[code] as (parameters: DiagnosticParameters<C>) => Text;
  const { strict, severity, message, suggestion } = textOf(parameters);
  const { definition, path } = at;
  return { code, severity: strict && at.strict ? "error" : severity, definition, path, message, suggestion };
}
