import {
  DEFAULT_ENGINE,
  type EntityKey,
  type ExtendedRelation,
  type FeatureView,
  type Source,
  type SourceColumn,
  type TimeColumn,
} from "../../ir/nodes";
import { declaredColumn, engineOf } from "../../ir/source-parts";
import { quoteGeneration } from "../generations/tables";
import { databaseType, inType, postgresValues } from "../postgres/database-types";
import { postgresParts } from "../postgres/dialect";
import { joinedKeys } from "../source/extended-rows";
import { keepsItsKeys } from "../source/history";
import { latenessOf, windowEdges } from "../source/lateness";
import { equal, REQUESTED, sourceRows } from "../source/source-rows";
import { renderExpression } from "../text/expression";
import { intervalText } from "../text/interval-text";
import { renderFrom, renderRelation } from "../text/query";
import { indent, quoteName, quoteTable, quoteText } from "../text/quote";
import { createParameters, operand } from "../text/rendered";
import { field } from "../tree/sql-tree";

/**
 * Scan for the source rows that changed since a run, shared by all views that read the source by the same key. Its
 * result has a row for each row that changed, and one for each row whose time passed one of the edges.
 */
export interface ChangeScan {
  /** Equal if one scan serves several views. */
  readonly identity: string;
  /** The quoted relation; null for a query. */
  readonly relation: string | null;
  /** The quoted columns of the result that hold the entity's key. */
  readonly entity: string;
  /** The columns of the result, as in a `create table`. */
  readonly columns: readonly { readonly name: string; readonly databaseType: string }[];
  readonly texts: (edges: readonly number[]) => ChangeTexts;
  /** True if the row `r` of the result is new to a view, by the parameters of `changedKeysQuery`. */
  readonly isNew: string;
  /** Null if the rows are not those of a view's own source, or cannot be copied. */
  readonly copy: ChangeCopy | null;
}

/**
 * The two ways to find changes. Their parameters: `$1` integer, how many transactions ago, as `age(xmin)` counts them,
 * the rows of the earlier run were read; `$2` bigint, the transaction from which it counts; `$3` and `$4` timestamptz,
 * that run's as-of time and this run's.
 */
export interface ChangeTexts {
  /**
   * For plain tables, and partitioned tables of plain tables only: only their rows carry the transaction that wrote
   * them.
   */
  readonly byTransaction: string | null;
  /** For any source with a lateness; `_transaction` is null. */
  readonly byLateness: string | null;
}

/** Copies the rows of changed entities, so that several views read each row once from the source. */
export interface ChangeCopy {
  /** The source columns that views may read, by their database names. */
  readonly columns: readonly string[];
  readonly alias: string;
  readonly from: string;
  /** Holds for the rows of the entities in `_among`, which has their keys. */
  readonly on: string;
  /** The columns that find and distinguish rows. */
  readonly keys: readonly string[];
}

/** The scans that a view needs. */
export interface ViewChanges {
  readonly scans: readonly FoundKeys[];
  /** True if the view is built from the rows of the first scan's relation, so that it can use a copy of them. */
  readonly readsFirst: boolean;
}

/**
 * A scan, the offsets in seconds before t at which its rows' times matter, and the entities of the rows that it
 * returned.
 */
export interface FoundKeys {
  readonly scan: ChangeScan;
  readonly edges: readonly number[];
  /** Maps a `select` of the scan's key columns to a `select` of the entities of those rows. */
  readonly entities: (found: string) => string;
}

/** The scans for a view's changes; null if PostgreSQL cannot find those of one of its sources. */
export function viewChanges({ source, entity, features }: FeatureView): ViewChanges | null {
  const { population } = entity;
  const sources = population === null ? [source] : [source, population];
  if (sources.some((each) => engineOf(each) !== DEFAULT_ENGINE || changeWays(each).length === 0)) return null;
  return {
    scans: [
      ...changeScans(source, entity.key, windowEdges(features)),
      ...(population === null ? [] : changeScans(population, entity.key, [0])),
    ],
    readsFirst: source.relation.kind !== "extended",
  };
}

/** How changed rows of a source are found since a run. */
export type ChangeWay = "transaction" | "lateness";

/**
 * The ways that a source's definition allows, the better first; if there is none, its views are computed in full. Only
 * PostgreSQL's own tables tell transactions.
 */
export function changeWays(source: Source): readonly ChangeWay[] {
  if (!keepsItsKeys(source)) return [];
  const { relation } = source;
  const isTable = (of: Source): boolean => of.relation.kind === "table" && engineOf(of) === DEFAULT_ENGINE;
  if (relation.kind === "extended") return [relation.base, relation.extension].every(isTable) ? ["transaction"] : [];
  const byLateness: readonly ChangeWay[] = latenessOf(source) === null ? [] : ["lateness"];
  return isTable(source) ? ["transaction", ...byLateness] : byLateness;
}

/**
 * One scan of a source's rows. For an extended source whose key comes from its extension, one scan for each of the two
 * parts whose rows may have changed, by the columns that join them, so that one scan also serves views of either part.
 */
function changeScans(source: Source, key: readonly EntityKey[], edges: readonly number[]): readonly FoundKeys[] {
  const { relation } = source;
  const itself = (of: Source): FoundKeys => ({ scan: changeScan(of, key), edges, entities: (found) => found });
  if (relation.kind !== "extended") return [itself(source)];
  const viaPart = (part: Part, at: readonly number[]): FoundKeys => {
    const columns = joinColumns(relation, part);
    const keys = columns.map(({ name, type }): EntityKey => {
      return { name, type: type === "int32" || type === "int64" || type === "uuid" ? type : "string" };
    });
    const scan = changeScan({ ...relation[part], key: columns }, keys);
    return { scan, edges: at, entities: (found) => keysVia(source, relation, key, found, part) };
  };
  const isOfBase = key.every(({ name }) => !relation.columns.includes(name));
  const ofBase = isOfBase ? itself({ ...relation.base, key: source.key }) : viaPart("base", edges);
  // An extension's rows count regardless of their times.
  return [ofBase, viaPart("extension", [])];
}

type Part = "base" | "extension";

/** The join columns of one part of an extended source. */
function joinColumns({ by, ...parts }: ExtendedRelation, part: Part): readonly SourceColumn[] {
  return by.flatMap(({ key, column }) => declaredColumn(parts[part], part === "base" ? column : key) ?? []);
}

function changeScan(source: Source, key: readonly EntityKey[]): ChangeScan {
  const parameters = createParameters(postgresValues, 2);
  const { relation, eventTime, knownTime, name } = source;
  const rows = sourceRows(source, key, [], "visible", { kind: "all" });
  const keys = rows.keys.map((each) => ({
    name: each.name,
    text: operand(inType(renderExpression(postgresParts, each.expression, parameters), each.type)),
  }));
  const from = renderRelation(postgresParts, relation, name, parameters);
  const on = rows.keys
    .map((each) => equal(each.expression, field(REQUESTED, each.name, each.type)))
    .map((condition) => renderExpression(postgresParts, condition, parameters).text)
    .join(" and ");
  // A copy is made without parameters.
  const copy: ChangeCopy | null =
    parameters.values().length > 0
      ? null
      : {
          columns: [...new Set(columnsRead(source))],
          alias: name,
          from,
          on,
          keys: source.key.map(({ column }) => column),
        };
  const alias = quoteName(name);
  const times = (
    [
      ["_event_time", eventTime],
      ["_known_time", knownTime],
    ] as const
  ).map(([name, time]) => ({ name, time, text: time === null ? null : instant(alias, time) }));
  const lateness = latenessOf(source);
  const late = times.find(({ name }) => name === lateness?.by)?.time ?? null;

  const textOf = (transaction: string, changed: string, edges: readonly number[]): string => {
    const passed = times.flatMap(({ name, time }) =>
      time === null ? [] : (name === "_event_time" ? edges : [0]).map((seconds) => passedEdge(alias, time, seconds)),
    );
    const items = [
      ...keys.map(({ name, text }) => `${text} as ${quoteName(name)}`),
      `${transaction} as "_transaction"`,
      ...times.map(({ name, text }) => `${text ?? "null::timestamptz"} as ${quoteName(name)}`),
    ];
    const scan = (conditions: readonly string[]): string =>
      [
        `select\n${indent(items.join(",\n"))}`,
        `from ${from}`,
        `where ${keys.map(({ text }) => `${text} is not null`).join(" and ")}`,
        `  and (\n    ${conditions.join("\n    or ")}\n  )`,
      ].join("\n");
    // Separate, so that an index on the time finds the edges; no index finds changed rows.
    return [[changed], passed]
      .filter((each) => each.length > 0)
      .map(scan)
      .join("\nunion all\n");
  };

  return {
    identity: JSON.stringify([relation, source.key, key, eventTime, knownTime, lateness]),
    relation: relation.kind === "table" ? quoteTable(relation.schema, relation.table) : null,
    entity: key.map(({ name }) => quoteName(name)).join(", "),
    columns: [
      ...key.map(({ name, type }) => ({ name, databaseType: databaseType(type) })),
      { name: "_transaction", databaseType: "bigint" },
      { name: "_event_time", databaseType: "timestamp with time zone" },
      { name: "_known_time", databaseType: "timestamp with time zone" },
    ],
    texts: (edges) => ({
      byTransaction:
        relation.kind === "table" ? textOf(`$2 - age(${alias}.xmin)`, `age(${alias}.xmin) <= $1`, edges) : null,
      byLateness:
        lateness === null || late === null
          ? null
          : textOf("null::bigint", isAfterEdge(alias, late, lateness.seconds, 3), edges),
    }),
    isNew:
      lateness === null
        ? `"_transaction" >= $1`
        : `("_transaction" >= $1 or "_transaction" is null and ${isAfterEdge("r", { column: lateness.by, zone: null }, lateness.seconds, 2)})`,
    copy,
  };
}

function columnsRead({ key, columns, eventTime, knownTime, tieBreak, tenant }: Source): readonly string[] {
  return [
    ...[...key, ...columns].map(({ column }) => column),
    ...[eventTime?.column, knownTime?.column, tenant].filter((column) => column != null),
    ...tieBreak,
  ];
}

/**
 * Returns the query for the keys of a view's entities to recompute, without duplicates, from the results of its scans:
 * `tables` names the results, in the order of the scans, in schema `features`. `$1` bigint: the first transaction whose
 * rows the last run may not have seen; `$2` and `$3` timestamptz: its as-of time and this run's.
 */
export function changedKeysQuery({ scans }: ViewChanges, tables: readonly string[]): string {
  return scans
    .map(({ scan, edges, entities }, index) => {
      const passed = edges.map((seconds) => passedEdge("r", { column: "_event_time", zone: null }, seconds, 2));
      const conditions = [scan.isNew, ...passed, passedEdge("r", { column: "_known_time", zone: null }, 0, 2)];
      return entities(
        `select distinct ${scan.entity} from ${quoteGeneration(tables[index] ?? "")} as r\nwhere ${conditions.join("\n  or ")}`,
      );
    })
    .join("\nunion\n");
}

/**
 * The entities of an extended source's rows of which one part changed. Reads the extension alone if it has their whole
 * key.
 */
function keysVia(
  source: Source,
  relation: ExtendedRelation,
  key: readonly EntityKey[],
  found: string,
  part: Part,
): string {
  const parameters = createParameters(postgresValues, 2);
  const joined = joinedKeys(relation, key, source.key);
  const isExtensionAlone = key.every(({ name }) => relation.columns.includes(name));
  const side = isExtensionAlone ? "extension" : part;
  const from = isExtensionAlone
    ? `from ${renderRelation(postgresParts, relation.extension.relation, joined.extension, parameters)}`
    : renderFrom(postgresParts, joined.from, parameters);
  const names = joinColumns(relation, part).map(({ name }) => quoteName(name));
  const on = joinColumns(relation, side).map(
    ({ column }, index) => `${quoteName(joined[side])}.${quoteName(column)} = "_found".${names[index] ?? ""}`,
  );
  const keys = joined.keys.map(({ name, type, expression }) => ({
    name: quoteName(name),
    text: operand(inType(renderExpression(postgresParts, expression, parameters), type)),
  }));
  return [
    `select distinct ${keys.map(({ name, text }) => `${text} as ${name}`).join(", ")}`,
    `${from}\njoin (\n${indent(found)}\n) as "_found" on ${on.join(" and ")}`,
    `where ${keys.map(({ text }) => `${text} is not null`).join(" and ")}`,
  ].join("\n");
}

function instant(alias: string, { column, zone }: TimeColumn): string {
  const value = `${alias}.${quoteName(column)}`;
  return zone === null ? value : `(${value} at time zone ${quoteText(zone)})`;
}

/**
 * Returns whether a time was after t − s at the last run but is not at this one; their times are `$first` and the next
 * parameter.
 */
function passedEdge(alias: string, time: TimeColumn, seconds: number, first = 3): string {
  return `${isAfterEdge(alias, time, seconds, first)} and ${timeOf(alias, time)} <= ${edge(time, seconds, first + 1)}`;
}

function isAfterEdge(alias: string, time: TimeColumn, seconds: number, parameter: number): string {
  return `${timeOf(alias, time)} > ${edge(time, seconds, parameter)}`;
}

const isLocal = ({ zone }: TimeColumn): boolean => zone === "UTC";

function timeOf(alias: string, time: TimeColumn): string {
  return isLocal(time) ? `${alias}.${quoteName(time.column)}` : instant(alias, time);
}

/**
 * A parameter's time minus some seconds, written so that PostgreSQL computes it once and not for every row: for a time
 * with a zone, it does not subtract hours before reading it.
 */
function edge(time: TimeColumn, seconds: number, parameter: number): string {
  const local = `($${parameter} at time zone 'UTC')`;
  const before = seconds === 0 ? local : `(${local} - interval ${quoteText(intervalText(seconds))})`;
  return isLocal(time) ? before : `(${before} at time zone 'UTC')`;
}
