import type { Expression } from "../ir/expressions";
import { DEFAULT_ENGINE, type FeatureView, type FilePartition, type FilesRelation, type Source } from "../ir/nodes";
import { deepPattern } from "../ir/path-pattern";
import { engineOf, plainSources } from "../ir/source-parts";
import { RELATION_PATHS } from "./catalog";
import { repeated } from "./check-names";
import { type EngineKind, engineLimit } from "./engine-limits";
import { filePathFault, pathBelowRoots } from "./file-path";
import { nearestName } from "./nearest";
import type { ConfiguredEngine, Engines, Report } from "./report";

/** Returns the kind of an engine by its name. One that is not known is checked as DuckDB, the only kind that there is. */
export function engineKind(name: string, engines: Engines | undefined): EngineKind {
  return name === DEFAULT_ENGINE ? "postgres" : (configured(name, engines)?.kind ?? "duckdb");
}

function configured(name: string, engines: Engines | undefined): ConfiguredEngine | undefined {
  return engines !== undefined && Object.hasOwn(engines, name) ? engines[name] : undefined;
}

/** Checks which engine reads a source, and where its files are. `engines`: undefined if it is not known which there are. */
export function checkEngine(report: Report, source: Source, engines: Engines | undefined): void {
  const { relation } = source;
  if (relation.kind === "extended") return;
  const name = engineOf(relation);
  const engine = configured(name, engines);
  if (name !== DEFAULT_ENGINE && engines !== undefined && engine === undefined)
    report("engine_unknown", "source.engine", { name, nearest: nearestName(name, Object.keys(engines)) });
  if (relation.kind === "table" && engine?.url === null) report("engine_without_url", "source.table", { name });
  const { [relation.kind]: place } = RELATION_PATHS;
  if (engine?.kind === "spark" && (relation.kind === "table" || relation.kind === "query"))
    report("engine_reads_lakes_only", place, { name, kind: relation.kind });
  if (engine?.kind === "duckdb" && relation.kind === "iceberg") report("engine_without_catalogs", place, { name });
  if (relation.kind !== "files") return;
  if (name === DEFAULT_ENGINE) report("engine_reads_no_files", "source.path", {});
  checkPath(report, relation, engine);
  checkPartitions(report, source, relation.partitions ?? []);
}

function checkPath(report: Report, { path, engine: name }: FilesRelation, engine: ConfiguredEngine | undefined): void {
  const isTooDeep = engine?.kind === "spark" && deepPattern(path) === "elsewhere";
  const reason = filePathFault(path) ?? (isTooDeep ? "Spark takes `**` only as the folder before the last part" : null);
  if (reason !== null) report("path_invalid", "source.path", { path, reason });
  else if (engine !== undefined && pathBelowRoots(path, engine.roots) === null)
    report("path_outside_roots", "source.path", { path, engine: name, roots: engine.roots });
}

function checkPartitions(report: Report, source: Source, partitions: readonly FilePartition[]): void {
  for (const name of repeated(partitions.map((partition) => partition.name)))
    report("column_duplicate", `source.partitions.${name}`, { name });
  for (const { name, type, holds } of partitions) {
    const path = `source.partitions.${name}`;
    if (!/^[^/=\0]{1,63}$/.test(name)) report("column_name_invalid", path, { name });
    if (holds === undefined) continue;
    if (source.eventTime === null) report("partition_without_event_time", path, { name, holds });
    const isWhole = type === "int32" || type === "int64";
    if (!isWhole && !(holds === "day" && type === "date")) report("partition_type", path, { name, holds, type });
  }
}

/** Checks that one engine computes all sources of a view or dataset. */
export function checkOneEngine(report: Report, path: string, sources: readonly Source[]): void {
  const byEngine = new Map<string, Set<string>>();
  for (const source of sources.flatMap(plainSources)) {
    const name = engineOf(source);
    byEngine.set(name, (byEngine.get(name) ?? new Set()).add(source.name));
  }
  if (byEngine.size < 2) return;
  const engines = [...byEngine].map(([engine, names]) => ({ engine, sources: [...names] }));
  report("engines_mixed", path, { engines });
}

/** Checks that a view's engine can compute its expressions as the language says. */
export function checkLimits(report: Report, view: FeatureView, engines: Engines | undefined): void {
  const { source, entity, filter, features } = view;
  const engine = engineOf(source);
  const kind = engineKind(engine, engines);
  const conditions = (of: Source, path: string): readonly (readonly [string, Expression | null])[] => [
    [`${path}.where`, of.filter],
    ...(of.relation.kind === "extended"
      ? [...conditions(of.relation.base, path), ...conditions(of.relation.extension, `${path}.extend`)]
      : []),
  ];
  const expressions: readonly (readonly [string, Expression | null])[] = [
    ...conditions(source, "source"),
    ...(entity.population === null ? [] : conditions(entity.population, "entity.from")),
    ["where", filter],
    ...features.map(({ name, expression }) => [`features.${name}`, expression] as const),
  ];
  for (const [path, expression] of expressions) {
    const limit = expression && engineLimit(kind, expression);
    if (limit !== null) report("engine_cannot", path, { engine, ...limit });
  }
}
