import type { Entity, Source, SourceColumn, TimeColumn } from "../ir/nodes";
import { declaredColumn, engineOf } from "../ir/source-parts";
import { checkEngine, engineKind } from "./check-engine";
import { checkExtension } from "./check-extension";
import { repeated } from "./check-names";
import { checkVectorType } from "./check-operands";
import { clockOrChanceIn } from "./clock-and-chance";
import type { Engines, Report } from "./report";
import { looksLikeUpdateTime } from "./update-time";
import { isTimeZone } from "./zone";

const maxIdentifierBytes = 63;

function checkDatabaseName(report: Report, path: string, name: string): void {
  const bytes = new TextEncoder().encode(name).length;
  if (bytes < 1 || bytes > maxIdentifierBytes || name.includes("\0")) report("column_name_invalid", path, { name });
}

function checkZone(report: Report, path: string, zone: string | null): void {
  if (zone !== null && !isTimeZone(zone)) report("zone_unknown", path, { zone });
}

function checkColumn(report: Report, path: string, { column, type, zone }: SourceColumn): void {
  checkDatabaseName(report, path, column);
  checkVectorType(report, path, type);
  if (zone !== null && type !== "timestamp") report("zone_meaningless", path, { type });
  else checkZone(report, path, zone);
}

function checkTime(report: Report, path: string, time: TimeColumn | null): void {
  if (time === null) return;
  checkDatabaseName(report, path, time.column);
  checkZone(report, path, time.zone);
}

function checkRelation(report: Report, { relation }: Source, engines: Engines | undefined): void {
  if (relation.kind === "extended") {
    checkExtension(report, relation);
    return;
  }
  if (relation.kind === "table" || relation.kind === "iceberg") {
    const names = [relation.table, relation.schema, ...(relation.kind === "iceberg" ? [relation.catalog] : [])];
    if (names.includes("")) report("source_without_relation", "source.table", {});
    return;
  }
  if (relation.kind === "files") return;
  // Quoted text, quoted names and comments are not syntax.
  const syntax = relation.text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  if (!/^\s*\(*\s*(select|with)\b/i.test(syntax) || /;|\$\d/.test(syntax))
    report("query_not_select", "source.query", {});
  const found = clockOrChanceIn(relation.text, engineKind(engineOf(relation), engines));
  if (found !== null) report("clock_or_chance", "source.query", { found });
}

function checkLateness(
  report: Report,
  { name, history, eventTime, knownTime, latenessSeconds: seconds }: Source,
): void {
  if (seconds === undefined) return;
  if (eventTime === null && knownTime === null) report("lateness_without_time", "source.lateness", { name });
  if (!Number.isSafeInteger(seconds) || seconds < 1) report("lateness_not_positive", "source.lateness", { seconds });
  if (history === "current" && eventTime !== null && knownTime === null)
    report("lateness_of_updates", "source.lateness", { name, column: eventTime.column });
}

/** Rows with the time of their last update are hardly append-only. An extended source is judged by its parts. */
function checkAppendOnly(report: Report, { name, relation, history, columns, eventTime, knownTime }: Source): void {
  if (history !== "events" || relation.kind === "extended") return;
  const isUpdate = (column: string): boolean => column !== knownTime?.column && looksLikeUpdateTime(column);
  if (eventTime !== null && isUpdate(eventTime.column)) {
    report("events_with_update_time", "source.eventTime", { name, column: eventTime.column });
    return;
  }
  const found = columns.find(({ column, type }) => (type === "timestamp" || type === "date") && isUpdate(column));
  if (found !== undefined)
    report("events_with_update_time", `source.columns.${found.name}`, { name, column: found.column });
}

/** Checks a source's own declaration. Its filter is checked where it is used. */
export function checkSource(report: Report, source: Source, engines: Engines | undefined): void {
  checkRelation(report, source, engines);
  checkEngine(report, source, engines);
  for (const column of source.key) checkColumn(report, `source.key.${column.name}`, column);
  for (const column of source.columns) checkColumn(report, `source.columns.${column.name}`, column);
  const names = [...source.key, ...source.columns].map((column) => column.name);
  for (const name of repeated(names)) report("column_duplicate", `source.columns.${name}`, { name });
  checkTime(report, "source.eventTime", source.eventTime);
  checkTime(report, "source.knownTime", source.knownTime);
  for (const name of source.tieBreak) checkDatabaseName(report, "source.tieBreak", name);
  if (source.tenant !== null) checkDatabaseName(report, "source.tenant", source.tenant);
  if (source.knownTime && !source.eventTime) report("known_time_without_event_time", "source.knownTime", {});
  checkLateness(report, source);
  checkAppendOnly(report, source);
  if (source.history === null) report("history_undeclared", "source.history", { name: source.name });
}

/** Checks that a source can be joined to an entity. */
export function checkKeyCovers(report: Report, path: string, source: Source, entity: Entity): void {
  for (const { name, type } of entity.key) {
    const found = source.key.find((column) => column.name === name);
    if (!found) report("key_missing", path, { name, entity: entity.name, keyedBy: keyedByOf(source, entity) });
    else if (found.type !== type) report("key_type_differs", path, { name, found: found.type, expected: type });
  }
}

/** A TypeScript expression for the source keyed by the entity's key; null if it does not declare all of that key. */
function keyedByOf(source: Source, { key }: Entity): string | null {
  const isDeclared = key.every(({ name, type }) => declaredColumn(source, name)?.type === type);
  return isDeclared
    ? keyedByText(
        source,
        key.map(({ name }) => name),
      )
    : null;
}

/** `orders.keyedBy("user_id")` */
export function keyedByText({ name }: Source, keys: readonly string[]): string {
  return `${name}.keyedBy(${keys.map((key) => JSON.stringify(key)).join(", ")})`;
}
