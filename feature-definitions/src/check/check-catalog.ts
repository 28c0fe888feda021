import { canonicalJson } from "../ir/canonical";
import type { Definitions } from "../ir/definitions";
import { DEFAULT_ENGINE, type Entity, type Source, type SourceColumn, type TimeColumn } from "../ir/nodes";
import { engineOf, type PlainSource } from "../ir/source-parts";
import {
  type Catalog,
  type CatalogRelation,
  databaseColumnsOf,
  distinct,
  needsVectors,
  RELATION_PATHS,
  relationName,
  sourcesOf,
} from "./catalog";
import { idOf } from "./check-across";
import { keyedByText } from "./check-source";
import { baseType, canRead, readersOf, timeWithoutZone } from "./database-types";
import { type Diagnostic, quoted } from "./diagnostics";
import { nearestName } from "./nearest";
import { type CheckOptions, createCollector, type Report } from "./report";

type FoundRelation = Extract<CatalogRelation, { readonly state: "found" }>;

interface Context {
  readonly report: Report;
  readonly source: PlainSource;
  readonly found: FoundRelation;
}

function columnAt({ report, found }: Context, path: string, name: string) {
  const column = found.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  const nearest = nearestName(
    name,
    found.columns.map((candidate) => candidate.name),
  );
  report("database_column_missing", path, { name, relation: relationName(found.relation), nearest });
  return undefined;
}

function checkTyped(context: Context, path: string, declared: Omit<SourceColumn, "name" | "nullable">): void {
  const { report } = context;
  const { column: name, type, zone } = declared;
  const column = columnAt(context, path, name);
  if (!column) return;
  if (!canRead(type, column, engineOf(context.source))) {
    const place = inLake(context.source) ? "files" : "database";
    report("database_type_unreadable", path, { name, found: column.type, type, readers: readersOf(column), place });
    return;
  }
  if (type !== "timestamp") return;
  const isZoneless = baseType(column.type) === timeWithoutZone;
  if (isZoneless && zone === null) report("zone_missing", path, { name });
  if (!isZoneless && zone !== null) report("zone_on_zoned_column", path, { name });
}

function checkTime(context: Context, path: string, time: TimeColumn | null): void {
  if (time) checkTyped(context, path, { ...time, type: "timestamp" });
}

function checkColumns(context: Context): void {
  const { report, source, found } = context;
  for (const column of source.key) checkTyped(context, `source.key.${column.name}`, column);
  for (const column of source.columns) {
    const path = `source.columns.${column.name}`;
    checkTyped(context, path, column);
    const mayBeNull = found.columns.find((candidate) => candidate.name === column.column)?.nullable === true;
    if (mayBeNull && !column.nullable) report("database_column_nullable", path, { name: column.column });
  }
  checkTime(context, "source.eventTime", source.eventTime);
  checkTime(context, "source.knownTime", source.knownTime);
  for (const name of source.tieBreak) columnAt(context, "source.tieBreak", name);
  const partitions = source.relation.kind === "files" ? (source.relation.partitions ?? []) : [];
  for (const { name } of partitions) columnAt(context, `source.partitions.${name}`, name);
  if (source.tenant !== null) columnAt(context, "source.tenant", source.tenant);
}

/** Privileges on single columns suffice if they cover all columns that the source declares. */
function checkReadable(report: Report, path: string, source: PlainSource, found: FoundRelation): void {
  const { relation, isReadable, unreadableColumns = [], maySchemaBeUsed = true, schema = null } = found;
  const columns = databaseColumnsOf(source).filter((name) => unreadableColumns.includes(name));
  if (relation.kind !== "table" || (isReadable && columns.length === 0)) return;
  const parts = [relation.schema, relation.table].filter((part) => part !== null);
  report("relation_unreadable", path, {
    ...{ name: relationName(relation), parts, columns: isReadable ? columns : [] },
    schema: maySchemaBeUsed ? null : schema,
  });
}

/** The database's description of a source's relation; reports the reason if there is none. */
function foundFor(report: Report, source: PlainSource, catalog: Catalog): FoundRelation | undefined {
  const relation = canonicalJson(source.relation);
  const described = catalog.relations.find((candidate) => canonicalJson(candidate.relation) === relation);
  const name = relationName(source.relation);
  const path = RELATION_PATHS[source.relation.kind];
  if (!described) {
    report("relation_not_described", path, { name });
    return undefined;
  }
  switch (described.state) {
    case "missing":
      if (source.relation.kind === "files") report("files_unreadable", path, { name, reason: "no file is there" });
      else report("relation_missing", path, { name, nearest: nearestName(name, catalog.tableNames) });
      return undefined;
    case "failed":
      if (source.relation.kind === "files") report("files_unreadable", path, { name, reason: described.reason });
      else if (source.relation.kind === "iceberg")
        report("iceberg_unreadable", path, { name, reason: described.reason });
      else report("query_fails", path, { reason: described.reason });
      return undefined;
    case "found": {
      checkReadable(report, path, source, described);
      const { inconsistentColumns = {} } = described;
      const faults = databaseColumnsOf(source).flatMap((column) => inconsistentColumns[column] ?? []);
      for (const reason of faults) report("files_unreadable", path, { name, reason });
      return faults.length > 0 ? undefined : described;
    }
    default:
      return described satisfies never;
  }
}

/** A population and a source that is updated in place promise one row per key. */
function checkUnique(
  report: Report,
  path: string,
  source: PlainSource,
  { keys, isExtension = false }: { readonly keys: readonly string[]; readonly isExtension?: boolean },
  found: FoundRelation,
): void {
  const columns = [...(source.tenant === null ? [] : [source.tenant]), ...keys];
  const isUnique = found.uniqueKeys.some(
    (unique) => unique.length > 0 && unique.every((name) => columns.includes(name)),
  );
  if (isUnique) return;
  const { relation } = source;
  const names = keys.map((key) => source.key.find(({ column }) => column === key)?.name ?? key);
  report("key_not_unique", path, {
    relation: relationName(relation),
    columns,
    indexed:
      relation.kind === "table" && engineOf(relation) === DEFAULT_ENGINE
        ? `${[relation.schema, relation.table].flatMap((part) => (part === null ? [] : quoted(part))).join(".")} (${columns.map(quoted).join(", ")})`
        : null,
    keyedBy: isExtension || source.declaredKey !== undefined ? null : keyedByText(source, names),
    rowKey: rowKeyOf(found),
  });
}

/**
 * The table's unique key, written as the key of a source: `id: int64()`. Null if there is none, or if a source key
 * cannot hold it.
 */
function rowKeyOf({ primaryKey, uniqueKeys, columns }: FoundRelation): string | null {
  const parts = (primaryKey ?? uniqueKeys[0])?.map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    const [type] = column === undefined ? [] : readersOf(column);
    return type === undefined ? null : `${/^[a-z_]\w*$/i.test(name) ? name : JSON.stringify(name)}: ${type}()`;
  });
  return parts === undefined || parts.includes(null) ? null : parts.join(", ");
}

/** The columns that hold an entity's key; for a source whose key was chosen later, those that promise one row each. */
function keyColumns({ key, declaredKey }: Source, entity: Entity): readonly string[] {
  if (declaredKey) return declaredKey.map(({ column }) => column);
  return entity.key.map(({ name }) => key.find((column) => column.name === name)?.column ?? name);
}

/** The sources that extend another, each of which promises one row per key. */
function extensionsOf({ relation }: Source): readonly Source[] {
  return relation.kind === "extended"
    ? [...extensionsOf(relation.base), ...extensionsOf(relation.extension), relation.extension]
    : [];
}

/** Returns whether a source lies in files, with or without a catalog. */
function inLake({ relation }: Source): boolean {
  return relation.kind === "files" || relation.kind === "iceberg";
}

function isPlain(source: Source): source is PlainSource {
  return source.relation.kind !== "extended";
}

function unfiltered(source: PlainSource): PlainSource {
  return { ...source, filter: null };
}

/**
 * Compares the declared sources with the database: tables, columns, types, zones, nulls, key uniqueness and privileges.
 * Pure: the catalog was read before. Expects definitions without errors from `checkDefinitions`.
 */
export function checkCatalog(definitions: Definitions, catalog: Catalog, options: CheckOptions = {}): Diagnostic[] {
  const { diagnostics, reportOf } = createCollector(options);
  const { featureViews } = definitions;
  const sources = distinct(sourcesOf(definitions).map(unfiltered));
  const silent: Report = () => undefined;

  for (const source of sources) {
    const report = reportOf(source.name);
    const found = foundFor(report, source, catalog);
    if (found) checkColumns({ report, source, found });
  }
  for (const entity of distinct(featureViews.map((view) => view.entity))) {
    const { population } = entity;
    const found = population && isPlain(population) && foundFor(silent, population, catalog);
    if (population && isPlain(population) && found)
      checkUnique(reportOf(entity.name), "entity.from", population, { keys: keyColumns(population, entity) }, found);
  }
  for (const { source, entity } of featureViews) {
    const own =
      source.history === "current" ? [{ each: source, keys: keyColumns(source, entity), isExtension: false }] : [];
    const extending = extensionsOf(source).map((each) => ({
      each,
      keys: each.key.map(({ column }) => column),
      isExtension: true,
    }));
    for (const { each, ...promised } of [...own, ...extending]) {
      const found = isPlain(each) && foundFor(silent, each, catalog);
      if (isPlain(each) && found) checkUnique(reportOf(each.name), "source.key", each, promised, found);
    }
  }
  if (needsVectors(definitions) && !catalog.hasVectorExtension) {
    for (const view of featureViews.filter((candidate) =>
      needsVectors({ featureViews: [candidate], featureServices: [] }),
    )) {
      reportOf(idOf(view))("vector_extension_missing", "features", {});
    }
  }
  return [...diagnostics];
}
