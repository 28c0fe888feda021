// Over 300 lines: one broken definition for each diagnostic, and a test that none is missing.
import { describe, expect, test } from "vitest";
import type { diagnosticTable } from "../../src/check/diagnostics";
import {
  type Catalog,
  checkCatalog,
  checkDefinitions,
  checkRenames,
  checkResolution,
  checkVersions,
  type Definitions,
  type Diagnostic,
  diagnostic,
  documentHash,
  type Expression,
  type Feature,
  type FeatureView,
  type FilePartition,
  type KnownNames,
  meaningHash,
  plainSources,
  type RegisteredVersion,
  resolveRelations,
  typeOf,
} from "../../src/compiler";
import {
  avg,
  count,
  days,
  entity,
  featureService,
  featureView,
  int64,
  latest,
  literal,
  source,
  string,
  timestamp,
  vector,
} from "../../src/index";
import { isNullable } from "../../src/ir/type-of";
import { events, track, tracks } from "../author/fixtures";
import { brokenServices } from "../computed/broken-services";
import { brokenDatasets } from "../datasets/broken-datasets";

const sound = featureView({
  name: "sound",
  version: 1,
  entity: track,
  from: events,
  features: (e) => ({
    rows: count().describe("Rows"),
    label: latest(e.label).describe("Label"),
    embedding: latest(e.embedding).space("three").describe("Vector"),
  }),
});
const soundService = featureService({ name: "service", version: 1, features: [sound.all()] });

const only = (...featureViews: FeatureView[]): Definitions => ({ featureViews, featureServices: [] });
const view = (changes: Partial<FeatureView>): Definitions => only({ ...sound.ir, ...changes });
const withSource = (changes: Partial<FeatureView["source"]>): Definitions =>
  view({ source: { ...sound.ir.source, ...changes } });
const withEntity = (changes: Partial<FeatureView["entity"]>): Definitions =>
  view({ entity: { ...sound.ir.entity, ...changes } });

const [embedding, label, rows] = sound.ir.features;
if (!embedding || !label || !rows) throw new Error("the sound view has three features");

const feature = (changes: Partial<Feature>, from: Feature = rows): Definitions =>
  view({ features: [{ ...from, ...changes }] });
const contract = (changes: Partial<Feature["contract"]>, from: Feature = rows): Definitions =>
  feature({ contract: { ...from.contract, ...changes } }, from);
const expression = (tree: Expression, changes: Partial<FeatureView> = {}): Definitions =>
  view({ ...changes, features: [{ ...rows, expression: tree, type: typeOf(tree), nullable: isNullable(tree) }] });
const services = (...picks: { view: string; version: number; feature: string }[]): Definitions => ({
  featureViews: [sound.ir],
  featureServices: [{ ...soundService.ir, features: picks }],
});

const column = (name: string): Expression => {
  const declared = events.ir.columns.find((candidate) => candidate.name === name);
  return { kind: "column", name, type: declared?.type ?? "string", nullable: declared?.nullable ?? true };
};
const aggregate = (
  changes: Partial<Extract<Expression, { kind: "aggregate" }>>,
): Extract<Expression, { kind: "aggregate" }> => ({
  kind: "aggregate",
  name: "count",
  operand: null,
  where: null,
  overSeconds: null,
  ignoreNulls: false,
  ...changes,
});
const last = (operand: Expression): Expression => aggregate({ name: "latest", operand });
const text: Expression = { kind: "literal", type: "string", value: "x" };
const number: Expression = { kind: "literal", type: "int32", value: 1 };

function cyclic(): Definitions {
  const not: { kind: "not"; operand: Expression } = { kind: "not", operand: text };
  not.operand = not;
  return view({ filter: not });
}

const [eventSource] = plainSources(events.ir);
if (!eventSource) throw new Error("the source is a table");

const catalogOf = (changes: Partial<Catalog>): Catalog => ({
  relations: [
    {
      relation: eventSource.relation,
      state: "found",
      isReadable: true,
      uniqueKeys: [],
      columns: [
        { name: "track_id", type: "bigint", isEnum: false, nullable: true },
        { name: "created_at", type: "timestamp without time zone", isEnum: false, nullable: true },
        { name: "id", type: "integer", isEnum: false, nullable: false },
        { name: "flag", type: "boolean", isEnum: false, nullable: false },
        { name: "small", type: "smallint", isEnum: false, nullable: false },
        { name: "big", type: "bigint", isEnum: false, nullable: false },
        { name: "single", type: "real", isEnum: false, nullable: false },
        { name: "double", type: "numeric(10,2)", isEnum: false, nullable: false },
        { name: "money", type: "numeric", isEnum: false, nullable: false },
        { name: "label", type: "mood", isEnum: true, nullable: false },
        { name: "note", type: "character varying(50)", isEnum: false, nullable: true },
        { name: "at", type: "timestamp(3) with time zone", isEnum: false, nullable: false },
        { name: "day", type: "date", isEnum: false, nullable: false },
        { name: "data", type: "jsonb", isEnum: false, nullable: false },
        { name: "words", type: "text[]", isEnum: false, nullable: false },
        { name: "numbers", type: "double precision[]", isEnum: false, nullable: false },
        { name: "embedding", type: "vector(3)", isEnum: false, nullable: false },
      ],
    },
    {
      relation: { kind: "table", schema: "music", table: "tracks" },
      state: "found",
      isReadable: true,
      uniqueKeys: [["id"]],
      columns: [
        { name: "id", type: "integer", isEnum: false, nullable: false },
        { name: "artist", type: "text", isEnum: false, nullable: true },
      ],
    },
  ],
  tableNames: ["events", "music.tracks"],
  hasVectorExtension: true,
  ...changes,
});

const catalog = catalogOf({});
const [eventTable, trackTable] = catalog.relations;
if (eventTable?.state !== "found" || trackTable?.state !== "found") throw new Error("the catalog describes both");
const against = (
  events: Partial<typeof eventTable> | Catalog["relations"][number],
  definitions: Definitions = only(sound.ir),
) =>
  checkCatalog(definitions, catalogOf({ relations: [{ ...eventTable, ...events } as typeof eventTable, trackTable] }));
const eventColumn = (name: string, changes: Partial<(typeof eventTable.columns)[number]>) =>
  against({
    columns: eventTable.columns.map((existing) => (existing.name === name ? { ...existing, ...changes } : existing)),
  });

const queried = (relation: FeatureView["source"]["relation"]): FeatureView => ({
  ...sound.ir,
  source: { ...sound.ir.source, relation },
});

const registeredAs = (version: number, state: RegisteredVersion["state"] = "active"): RegisteredVersion => ({
  kind: "feature_view",
  name: sound.ir.name,
  version,
  meaningHash: meaningHash(sound.ir),
  documentHash: documentHash({ ...sound.ir, version }),
  state,
  appliedAt: "2026-01-01T00:00:00Z",
  successor: `${sound.ir.name}@9`,
});

const names = (
  views: Readonly<Record<string, readonly string[]>>,
  former: Readonly<Record<string, string>> = {},
): KnownNames => ({ views: new Map(Object.entries(views)), former: new Map(Object.entries(former)) });

const extended = (by: Readonly<Record<string, string>>, extension: FeatureView["source"] = tracks.ir): Definitions =>
  withSource({
    relation: {
      kind: "extended",
      base: events.ir,
      extension,
      by: Object.entries(by).map(([key, column]) => ({ key, column })),
      columns: ["artist"],
    },
  });

const lake = { kind: "files", engine: "lake", path: "plays" } as const;
const iceberg = { kind: "iceberg", engine: "cluster", catalog: "lake", schema: "music", table: "plays" } as const;
const partitioned = (partition: FilePartition) => ({ ...lake, partitions: [partition] });
const engines = {
  lake: { kind: "duckdb", roots: ["/data", "s3://music/plays"], url: null },
  cluster: { kind: "spark", roots: ["s3://music/plays"], url: {} },
} as const;
const configured = (relation: FeatureView["source"]["relation"]): Diagnostic[] =>
  checkDefinitions(withSource({ relation }), { engines });

/** For each code: a broken definition, the reported path and, for some, what the suggestion must name. */
const cases: Record<keyof typeof diagnosticTable, [Definitions | Diagnostic[], path: string, names?: string]> = {
  name_invalid: [view({ name: "LyricSentiment" }), "name", "lyric_sentiment"],
  name_reserved: [feature({ name: "track_id" }), "features.track_id"],
  version_invalid: [view({ version: 1.5 }), "version"],
  definition_duplicate: [only(sound.ir, { ...sound.ir, owner: "me" }), "name"],
  feature_duplicate: [view({ features: [rows, rows] }), "features.rows"],
  definition_malformed: [view({ tags: JSON.parse("3") }), ""],
  cyclic_reference: [cyclic(), ""],
  version_unsupported: [view({ irVersion: 2 }), "irVersion"],
  version_skipped: [checkVersions(only({ ...sound.ir, version: 5 }), [registeredAs(2)]), "version", "3"],
  former_name_declared: [
    checkRenames(only({ ...sound.ir, renamedFrom: "other" }, { ...sound.ir, name: "other" }), names({})),
    "renamedFrom",
  ],
  former_names_differ: [
    checkRenames(
      only({ ...sound.ir, renamedFrom: "other" }, { ...sound.ir, version: 2, renamedFrom: "another" }),
      names({}),
    ),
    "renamedFrom",
  ],
  former_name_unknown: [
    checkRenames(only({ ...sound.ir, renamedFrom: "other" }), names({ others: [] })),
    "renamedFrom",
    "`others`",
  ],
  name_taken: [
    checkRenames(only({ ...sound.ir, renamedFrom: "other" }), names({ [sound.ir.name]: [], other: [] })),
    "renamedFrom",
  ],
  name_moved: [checkRenames(only(sound.ir), names({ other: [] }, { [sound.ir.name]: "other" })), "name"],
  version_retired: [checkVersions(only(sound.ir), [registeredAs(1, "retired")]), "version"],
  definitions_stale: [checkVersions(only(sound.ir), [registeredAs(1), registeredAs(2)]), "version"],
  service_reads_retiring: [
    checkVersions({ featureViews: [], featureServices: [soundService.ir] }, [registeredAs(1, "deprecated")]),
    "features",
    `${sound.ir.name}@9`,
  ],
  entity_without_key: [withEntity({ key: [] }), "entity.key"],
  entity_defined_twice: [
    only(sound.ir, { ...sound.ir, name: "other", entity: { ...sound.ir.entity, description: "x" } }),
    "entity",
  ],
  entity_without_population: [withEntity({ population: null }), "entity.from"],
  source_without_relation: [withSource({ relation: { kind: "table", schema: null, table: "" } }), "source.table"],
  engine_unknown: [configured({ kind: "files", engine: "lakes", path: "plays" }), "source.engine", "`lake`"],
  engine_without_url: [
    configured({ kind: "table", schema: "public", table: "plays", engine: "lake" }),
    "source.table",
    "FEATSTORE_ENGINE_LAKE_URL",
  ],
  engine_reads_no_files: [
    withSource({ relation: { kind: "files", engine: "postgres", path: "plays" } }),
    "source.path",
  ],
  engine_reads_lakes_only: [
    configured({ kind: "table", schema: "music", table: "plays", engine: "cluster" }),
    "source.table",
    "`path:`",
  ],
  engine_without_catalogs: [configured({ ...iceberg, engine: "lake" }), "source.table", "`spark`"],
  engines_mixed: [withSource({ relation: { kind: "files", engine: "lake", path: "plays" } }), "source"],
  engine_cannot: [
    only({
      ...sound.ir,
      source: { ...sound.ir.source, relation: { kind: "files", engine: "lake", path: "plays" } },
      features: [
        { ...rows, expression: last({ kind: "sql", texts: ["1"], operands: [], type: "int64", nullable: true }) },
      ],
    }),
    "features.rows",
  ],
  path_invalid: [withSource({ relation: { kind: "files", engine: "lake", path: "../plays" } }), "source.path"],
  path_outside_roots: [configured({ kind: "files", engine: "lake", path: "/etc/plays" }), "source.path", "`/data`"],
  partition_without_event_time: [
    withSource({ eventTime: null, relation: partitioned({ name: "day", type: "date", holds: "day" }) }),
    "source.partitions.day",
  ],
  partition_type: [
    withSource({ relation: partitioned({ name: "month", type: "date", holds: "month" }) }),
    "source.partitions.month",
  ],
  query_not_select: [withSource({ relation: { kind: "query", text: "select 1; drop table x" } }), "source.query"],
  column_duplicate: [
    withSource({ columns: [...events.ir.columns, ...events.ir.columns.slice(0, 1)] }),
    "source.columns.flag",
  ],
  column_name_invalid: [withSource({ tieBreak: ["é".repeat(32)] }), "source.tieBreak"],
  zone_unknown: [withSource({ eventTime: { column: "created_at", zone: "Mars/Base" } }), "source.eventTime"],
  zone_meaningless: [
    withSource({ columns: events.ir.columns.map((c) => (c.name === "day" ? { ...c, zone: "UTC" } : c)) }),
    "source.columns.day",
  ],
  vector_dimensions: [
    only(
      featureView({
        name: "v",
        version: 1,
        entity: track,
        from: source({
          name: "s",
          table: "t",
          key: { track_id: int64() },
          eventTime: "t",
          history: "current",
          columns: { v: vector(0) },
        }),
        features: (s) => ({ v: latest(s.v).space("s").describe("V") }),
      }).ir,
    ),
    "source.columns.v",
  ],
  key_missing: [withSource({ key: [] }), "source.key"],
  key_type_differs: [withEntity({ key: [{ name: "track_id", type: "string" }] }), "source.key", "string"],
  extension_key_incomplete: [extended({}), "source.extend.by"],
  extension_key_differs: [extended({ track_id: "label" }), "source.extend.by.track_id", "int64"],
  extension_of_many_rows: [extended({ track_id: "track_id" }, { ...tracks.ir, history: "versions" }), "source.extend"],
  history_undeclared: [withSource({ history: null }), "source.history"],
  lateness_without_time: [
    withSource({ latenessSeconds: 3600, eventTime: null, knownTime: null }),
    "source.lateness",
    "eventTime",
  ],
  lateness_not_positive: [withSource({ latenessSeconds: 0 }), "source.lateness"],
  events_with_update_time: [withSource({ eventTime: { column: "updated_at", zone: null } }), "source.eventTime"],
  lateness_of_updates: [withSource({ latenessSeconds: 60, history: "current" }), "source.lateness"],
  known_time_without_event_time: [
    { ...withSource({ eventTime: null, knownTime: { column: "ingested_at", zone: null } }) },
    "source.knownTime",
  ],
  view_without_features: [view({ features: [] }), "features"],
  feature_undocumented: [contract({ description: " " }), "features.rows"],
  feature_type_differs: [feature({ type: "int64" }), "features.rows", "int32"],
  one_of_type: [contract({ allowedValues: ["a"] }), "features.rows"],
  range_not_numeric: [contract({ minimum: 0, maximum: 1 }, label), "features.label"],
  range_empty: [contract({ minimum: 1, maximum: 0 }), "features.rows"],
  null_fraction_range: [contract({ maximumNullFraction: 2 }), "features.rows"],
  embedding_without_space: [feature({ embedding: null }, embedding), "features.embedding"],
  space_not_vector: [feature({ embedding: { space: "s", metric: "l2" } }), "features.rows"],
  space_name_invalid: [feature({ embedding: { space: "a b", metric: "l2" } }, embedding), "features.embedding"],
  space_metrics_mixed: [
    view({ features: [embedding, { ...embedding, name: "second", embedding: { space: "three", metric: "l2" } }] }),
    "features.second",
  ],
  space_dimensions_mixed: [
    view({ features: [embedding, { ...embedding, name: "second", type: "vector(4)" }] }),
    "features.second",
  ],
  ttl_not_positive: [view({ ttlSeconds: 0 }), "ttl"],
  freshness_not_positive: [view({ freshnessSeconds: 0 }), "freshness"],
  min_rows_invalid: [view({ minimumRows: 1.5 }), "minRows"],
  max_shrink_invalid: [view({ maximumShrink: 1 }), "maxShrink"],
  schedule_not_cron: [view({ schedule: { cron: "0 25 * * *", zone: "UTC" } }), "schedule"],
  schedule_zone_unknown: [view({ schedule: { cron: "0 3 * * *", zone: "Mars/Base" } }), "schedule"],
  schedule_never: [view({ schedule: { cron: "0 3 30 2 *", zone: "UTC" } }), "schedule"],
  schedule_too_sparse: [view({ schedule: { cron: "0 3 * * *", zone: "UTC" }, freshnessSeconds: 3600 }), "schedule"],
  reconcile_without_schedule: [view({ reconcile: { cron: "0 3 * * *", zone: "UTC" } }), "reconcile"],
  ttl_without_event_time: [{ ...view({ ttlSeconds: 5, source: { ...events.ir, eventTime: null } }) }, "ttl"],
  column_unknown: [expression(last(column("lable"))), "features.rows", "`label`"],
  column_type_differs: [
    expression(last({ kind: "column", name: "label", type: "int32", nullable: false })),
    "features.rows",
  ],
  column_outside_aggregate: [expression(column("small")), "features.rows"],
  aggregate_nested: [expression(last(aggregate({}))), "features.rows"],
  aggregate_in_filter: [
    view({ filter: { kind: "comparison", operator: ">", left: aggregate({}), right: number } }),
    "where",
  ],
  aggregate_without_operand: [expression(aggregate({ name: "sum" })), "features.rows"],
  ignore_nulls_meaningless: [expression(aggregate({ ignoreNulls: true })), "features.rows"],
  window_without_event_time: [
    expression(aggregate({ overSeconds: 60 }), { source: { ...events.ir, eventTime: null } }),
    "features.rows",
  ],
  order_without_event_time: [
    expression(last(column("label")), { source: { ...events.ir, eventTime: null } }),
    "features.rows",
  ],
  window_not_positive: [expression(aggregate({ overSeconds: -5 })), "features.rows"],
  window_end_not_positive: [expression(aggregate({ overSeconds: 60, endingSecondsBefore: 0.5 })), "features.rows"],
  window_end_without_window: [expression(aggregate({ endingSecondsBefore: 60 })), "features.rows"],
  fraction_range: [
    expression(aggregate({ name: "percentile", operand: column("double"), fraction: 95 })),
    "features.rows",
  ],
  limit_range: [expression(aggregate({ name: "last_n", operand: column("label"), limit: 5000 })), "features.rows"],
  tie_break_missing: [withSource({ tieBreak: [] }), "source.tieBreak"],
  type_unsuitable: [expression(aggregate({ name: "avg", operand: column("data") })), "features.rows", ".float64()"],
  types_incomparable: [
    expression(last({ kind: "comparison", operator: "=", left: column("label"), right: column("small") })),
    "features.rows",
  ],
  types_differ: [expression(last({ kind: "coalesce", operands: [column("label"), number] })), "features.rows"],
  decimal_with_float: [
    expression(last({ kind: "arithmetic", operator: "+", left: column("money"), right: column("double") })),
    "features.rows",
  ],
  condition_not_bool: [expression(aggregate({ where: column("label") })), "features.rows"],
  operands_missing: [expression(last({ kind: "string_function", name: "replace", operands: [text] })), "features.rows"],
  substring_range: [
    expression(
      last({
        kind: "string_function",
        name: "substring",
        operands: [text, { kind: "literal", type: "int32", value: 0 }],
      }),
    ),
    "features.rows",
  ],
  cast_unsupported: [
    expression(last({ kind: "cast", operand: column("double"), to: "decimal", strict: false })),
    "features.rows",
  ],
  literal_invalid: [expression({ kind: "literal", type: "timestamp", value: "2026-02-30T00:00:00Z" }), "features.rows"],
  json_path_invalid: [expression(last({ kind: "json_get", operand: column("data"), path: [-1] })), "features.rows"],
  date_part_of_date: [
    expression(last({ kind: "date_part", part: "hour", operand: column("day"), zone: "UTC" })),
    "features.rows",
  ],
  sql_malformed: [
    expression({ kind: "sql", texts: ["true; --"], operands: [], type: "bool", nullable: true }),
    "features.rows",
  ],
  clock_or_chance: [
    expression(last({ kind: "sql", texts: ["now() > ", ""], operands: [column("day")], type: "bool", nullable: true })),
    "features.rows",
  ],
  service_without_features: [services(), "features"],
  service_view_unknown: [services({ view: "sond", version: 1, feature: "rows" }), "features.sond.rows", "`sound`"],
  service_version_unknown: [services({ view: "sound", version: 2, feature: "rows" }), "features.sound.rows", "1"],
  service_feature_unknown: [
    services({ view: "sound", version: 1, feature: "lable" }),
    "features.sound.lable",
    "`label`",
  ],
  service_feature_repeated: [
    services({ view: "sound", version: 1, feature: "rows" }, { view: "sound", version: 1, feature: "rows" }),
    "features",
  ],
  service_versions_mixed: [
    {
      featureViews: [sound.ir, { ...sound.ir, version: 2 }],
      featureServices: [
        {
          ...soundService.ir,
          features: [
            { view: "sound", version: 1, feature: "rows" },
            { view: "sound", version: 2, feature: "rows" },
          ],
        },
      ],
    },
    "features",
  ],
  service_entities_mixed: [
    { featureViews: [sound.ir], featureServices: [{ ...soundService.ir, entity: "artist" }] },
    "features",
  ],
  ...brokenServices,
  ...brokenDatasets,
  relation_missing: [against({ relation: eventSource.relation, state: "missing" }, only(sound.ir)), "source.table"],
  relation_unreadable: [
    against({ unreadableColumns: ["note", "never_declared"] }),
    "source.table",
    'grant select ("note") on "events"',
  ],
  files_unreadable: [
    checkCatalog(
      only(queried(lake)),
      catalogOf({
        relations: [{ relation: lake, state: "failed", reason: "a.parquet is no Parquet file" }, trackTable],
      }),
    ),
    "source.path",
  ],
  iceberg_unreadable: [
    checkCatalog(
      only(queried(iceberg)),
      catalogOf({ relations: [{ relation: iceberg, state: "failed", reason: "there is none" }, trackTable] }),
    ),
    "source.table",
  ],
  query_fails: [
    checkCatalog(
      withSource({ relation: { kind: "query", text: "select a" } }),
      catalogOf({
        relations: [
          { relation: { kind: "query", text: "select a" }, state: "failed", reason: "no column a" },
          trackTable,
        ],
      }),
    ),
    "source.query",
  ],
  source_resolves_elsewhere: [
    checkResolution(
      [sound.ir],
      [resolveRelations(sound.ir, (relation) => ({ ...relation, schema: "before" }))],
      catalogOf({ relations: [{ ...eventTable, schema: "now" }] }),
    ),
    "source.table",
  ],
  search_path_changed: [
    checkResolution(
      [queried({ kind: "query", text: "select 1" })],
      [queried({ kind: "query", text: "select 1", searchPath: ["before"] })],
      catalogOf({
        relations: [{ ...eventTable, relation: { kind: "query", text: "select 1" }, searchPath: ["now"] }, trackTable],
      }),
    ),
    "source.query",
  ],
  relation_not_described: [checkCatalog(only(sound.ir), catalogOf({ relations: [trackTable] })), "source.table"],
  database_column_missing: [eventColumn("label", { name: "labels" }), "source.columns.label", "`labels`"],
  database_type_unreadable: [eventColumn("money", { type: "double precision" }), "source.columns.money", "float64"],
  zone_missing: [eventColumn("at", { type: "timestamp without time zone" }), "source.columns.at"],
  zone_on_zoned_column: [eventColumn("created_at", { type: "timestamp with time zone" }), "source.eventTime"],
  database_column_nullable: [eventColumn("small", { nullable: true }), "source.columns.small"],
  key_not_unique: [
    checkCatalog(
      only(sound.ir),
      catalogOf({ relations: [eventTable, { ...trackTable, uniqueKeys: [["id", "artist"]] }] }),
    ),
    "entity.from",
    'create unique index on "music"."tracks" ("id")',
  ],
  statement_refused: [
    [
      diagnostic(
        "statement_refused",
        { engine: "postgres", reason: "no such operator" },
        { definition: "sound@1", path: "features", strict: false },
      ),
    ],
    "features",
  ],
  vector_extension_missing: [checkCatalog(only(sound.ir), catalogOf({ hasVectorExtension: false })), "features"],
};

describe("every diagnostic", () => {
  const diagnosticsOf = (input: Definitions | Diagnostic[]) => (Array.isArray(input) ? input : checkDefinitions(input));

  test.each(Object.entries(cases))("reports %s with its path", (code, [input, path, names]) => {
    const diagnostics = diagnosticsOf(input);
    const found = diagnostics.find((candidate) => candidate.code === code && candidate.path === path);
    expect(found, JSON.stringify(diagnostics)).toBeDefined();
    if (names !== undefined) expect(found?.suggestion).toContain(names);
    expect(found?.message).toMatch(/^[A-Za-z"`0-9-].*[^.]$/);
    expect(found?.message).not.toMatch(/undefined|\[object/);
  });

  // The one place that compares whole sentences. `-u` rewrites the file.
  test("has its sentences in golden/diagnostics.md", async () => {
    const entries = Object.entries(cases).map(([code, [input, path]]) => {
      const found = diagnosticsOf(input).find((candidate) => candidate.code === code && candidate.path === path);
      const text = [found?.message, found?.suggestion].filter((sentence) => typeof sentence === "string");
      return `## ${code}\n\n${found?.severity} at \`${path}\`\n\n${text.map((sentence) => `- ${sentence}\n`).join("")}`;
    });
    await expect(`# The sentences of the diagnostics\n\n${entries.join("\n")}`).toMatchFileSnapshot(
      "golden/diagnostics.md",
    );
  });

  test("valid definitions have no diagnostics", () => {
    expect(
      checkDefinitions({ featureViews: [sound.ir], featureServices: [soundService.ir] }, { strict: true }),
    ).toEqual([]);
    expect(checkCatalog(only(sound.ir), catalog, { strict: true })).toEqual([]);
  });
});

describe("several diagnostics", () => {
  test("are reported together, without duplicates", () => {
    const bare = source({
      name: "bare",
      table: "bare",
      key: { track_id: int64() },
      columns: { a: string(), t: timestamp() },
    });
    const first = featureView({
      name: "First",
      version: 0,
      entity: track,
      from: bare,
      ttl: days(1),
      features: (b) => ({ a: latest(b.a), Window: count().over(days(-1)), n: literal(1) }),
    });
    const second = featureView({
      name: "second",
      version: 1,
      entity: track,
      from: bare,
      features: () => ({ n: count() }),
    });
    const codes = checkDefinitions(only(first.ir, second.ir)).map(
      (d) => `${d.definition} ${d.path} ${d.code} ${d.severity}`,
    );
    expect(codes.sort()).toEqual(
      [
        "bare source.history history_undeclared warning",
        "First@0 name name_invalid error",
        "First@0 version version_invalid error",
        "First@0 ttl ttl_without_event_time error",
        "First@0 features.Window name_invalid error",
        "First@0 features.Window window_not_positive error",
        "First@0 features.Window window_without_event_time error",
        "First@0 features.Window feature_undocumented warning",
        "First@0 features.a order_without_event_time error",
        "First@0 features.a feature_undocumented warning",
        "First@0 features.n feature_undocumented warning",
        "second@1 features.n feature_undocumented warning",
      ].sort(),
    );
  });

  test("become errors in strict mode for undeclared history and missing descriptions", () => {
    const bare = source({ name: "bare", table: "bare", key: { track_id: int64() }, columns: {} });
    const { ir } = featureView({ name: "v", version: 1, entity: track, from: bare, features: () => ({ n: count() }) });
    const severities = (strict: boolean) =>
      checkDefinitions(only(ir), { strict }).map((d) => `${d.code} ${d.severity}`);
    expect(severities(false)).toEqual(["history_undeclared warning", "feature_undocumented warning"]);
    expect(severities(true)).toEqual(["history_undeclared error", "feature_undocumented error"]);
  });

  test("are independent of an unknown column, which causes no false ones", () => {
    const unknown = column("nothing_like_it");
    const codes = checkDefinitions(
      expression(
        aggregate({
          name: "sum",
          operand: { kind: "arithmetic", operator: "*", left: unknown, right: column("label") },
        }),
      ),
    ).map((d) => d.code);
    expect(codes).toEqual(["column_unknown"]);
  });

  test("accept picks from registered views", () => {
    const definitions = { featureViews: [], featureServices: [soundService.ir] };
    expect(checkDefinitions(definitions).map((d) => d.code)).toContain("service_view_unknown");
    expect(checkDefinitions(definitions, { registered: [sound.ir] })).toEqual([]);
  });

  test("are reported once for an entity and its population, under their own names", () => {
    const artist = entity({ name: "Artist", key: { artist: string() } });
    const songs = source({ name: "songs", table: "s", key: { artist: string() }, history: "events", columns: {} });
    const make = (name: string) =>
      featureView({ name, version: 1, entity: artist, from: songs, features: () => ({ n: count().describe("N") }) }).ir;
    const found = checkDefinitions(only(make("a"), make("b"))).map((d) => `${d.definition} ${d.code}`);
    expect(found).toEqual(["Artist name_invalid", "Artist entity_without_population"]);
  });

  test("accept averages of mixed numeric types", () => {
    const { ir } = featureView({
      name: "v",
      version: 1,
      entity: track,
      from: events,
      features: (e) => ({ a: avg(e.money).plus(avg(e.small)).dividedBy(count()).describe("A") }),
    });
    expect(checkDefinitions(only(ir), { strict: true })).toEqual([]);
  });
});
