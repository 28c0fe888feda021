import type { EntityKey, FeatureView, Source, TimeColumn } from "../../ir/nodes";
import { walk } from "../../ir/visit";
import { periodOf } from "../period";
import { AMONG, equal, sourceRows } from "../source-rows";
import { field } from "../sql-tree";
import { databaseType } from "./database-types";
import { intervalText, renderExpression } from "./expression";
import { indent, quoteName, quoteTable, quoteText } from "./quote";
import { createParameters, inType, operand } from "./rendered";
import { quoteGeneration } from "./tables";

/**
 * How the rows of one source that changed since a run are found, for all views that read it by the same key. The scan's
 * result has a row for each row that changed, or whose time passed one of the edges.
 */
export interface ChangeScan {
  /** Equal where one scan serves several views. */
  readonly identity: string;
  /** The relation, quoted: its rows carry the transaction that wrote them only if it is a plain or partitioned table. */
  readonly relation: string;
  /** The columns of the result, as in a `create table`. */
  readonly columns: readonly { readonly name: string; readonly databaseType: string }[];
  /**
   * `$1` integer: how many transactions ago, as `age(xmin)` counts them, the rows of the earlier run were read; `$2` bigint:
   * the transaction from which it counts; `$3` and `$4` timestamptz: that run's as-of time and this one's.
   */
  readonly text: (edges: readonly number[]) => string;
  readonly copy: ChangeCopy;
}

/** How the rows of changed entities are copied, so that several views read each once from the source. */
export interface ChangeCopy {
  /** The columns that views may read of the source, as the database calls them. */
  readonly columns: readonly string[];
  readonly alias: string;
  readonly from: string;
  /** Holds for the rows of the entities in `_among`, which has their keys. */
  readonly on: string;
  /** The columns by which rows are found and told apart. */
  readonly keys: readonly string[];
}

/** What a view has to look for: its own source, with the seconds before t at which its windows have an edge, and its population. */
export interface ViewChanges {
  readonly scans: readonly { readonly scan: ChangeScan; readonly edges: readonly number[] }[];
}

/** Where a view's changes are to be found; null where its source is a query, whose rows do not say when they were written. */
export function viewChanges({ source, entity, features }: FeatureView): ViewChanges | null {
  const { population } = entity;
  const sources = population === null ? [source] : [source, population];
  if (sources.some(({ relation }) => relation.kind !== "table")) return null;
  const edges = new Set([0]);
  for (const { expression } of features) {
    walk(expression, (node) => {
      const period = node.kind === "aggregate" ? periodOf(node) : null;
      if (period === null) return;
      edges.add(period.endingSecondsBefore);
      edges.add(period.endingSecondsBefore + period.seconds);
    });
  }
  const own = { scan: changeScan(source, entity.key), edges: [...edges].sort((a, b) => a - b) };
  return { scans: population === null ? [own] : [own, { scan: changeScan(population, entity.key), edges: [0] }] };
}

function changeScan(source: Source, key: readonly EntityKey[]): ChangeScan {
  const parameters = createParameters();
  const rows = sourceRows(source, key, [], "visible", { kind: "all" });
  const alias = quoteName(source.name);
  const keys = rows.keys.map(({ name, type, expression }) => ({
    name,
    text: operand(inType(renderExpression(expression, parameters), type)),
  }));
  const times = [
    { name: "_event_time", time: source.eventTime },
    { name: "_known_time", time: source.knownTime },
  ].map(({ name, time }) => ({ name, time, text: time === null ? null : instant(alias, time) }));
  const relation = source.relation.kind === "table" ? quoteTable(source.relation.schema, source.relation.table) : "";
  const changed = `age(${alias}.xmin) <= $1`;
  return {
    identity: JSON.stringify([relation, source.key, key, source.eventTime, source.knownTime]),
    relation,
    columns: [
      ...key.map(({ name, type }) => ({ name, databaseType: databaseType(type) })),
      { name: "_transaction", databaseType: "bigint" },
      { name: "_event_time", databaseType: "timestamp with time zone" },
      { name: "_known_time", databaseType: "timestamp with time zone" },
    ],
    text: (edges) => {
      const passed = times.flatMap(({ name, time }) =>
        time === null ? [] : (name === "_event_time" ? edges : [0]).map((seconds) => passedEdge(alias, time, seconds)),
      );
      const items = [
        ...keys.map(({ name, text }) => `${text} as ${quoteName(name)}`),
        `$2 - age(${alias}.xmin) as "_transaction"`,
        ...times.map(({ name, text }) => `${text ?? "null::timestamptz"} as ${quoteName(name)}`),
      ];
      return [
        `select\n${indent(items.join(",\n"))}`,
        `from ${relation} as ${alias}`,
        `where ${keys.map(({ text }) => `${text} is not null`).join(" and ")}`,
        `  and (\n    ${[changed, ...passed].join("\n    or ")}\n  )`,
      ].join("\n");
    },
    copy: {
      columns: [...new Set(columnsRead(source))],
      alias: source.name,
      from: `${relation} as ${alias}`,
      on: rows.keys
        .map((each) => equal(each.expression, field(AMONG, each.name, each.type)))
        .map((condition) => renderExpression(condition, parameters).text)
        .join(" and "),
      keys: source.key.map(({ column }) => column),
    },
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
 * The keys of a view's entities that have to be computed anew, each once, from what its scans found: `tables` are those
 * of the scans, in their order, in schema `features`. `$1` bigint: the transaction from which on the last run may not have
 * seen rows; `$2` and `$3` timestamptz: its as-of time and this one's.
 */
export function changedKeysQuery(view: FeatureView, { scans }: ViewChanges, tables: readonly string[]): string {
  const keys = view.entity.key.map(({ name }) => quoteName(name)).join(", ");
  return scans
    .map(({ edges }, index) => {
      const passed = edges.map((seconds) => passedEdge("r", { column: "_event_time", zone: null }, seconds, 2));
      const conditions = [
        `"_transaction" >= $1`,
        ...passed,
        passedEdge("r", { column: "_known_time", zone: null }, 0, 2),
      ];
      return `select distinct ${keys} from ${quoteGeneration(tables[index] ?? "")} as r\nwhere ${conditions.join("\n  or ")}`;
    })
    .join("\nunion\n");
}

function instant(alias: string, { column, zone }: TimeColumn): string {
  const value = `${alias}.${quoteName(column)}`;
  return zone === null ? value : `(${value} at time zone ${quoteText(zone)})`;
}

/**
 * Whether a time was after t − s at the last run and is not at this one. Written so that PostgreSQL computes the bounds
 * once, from parameters, and not for every row: of a time with a zone it subtracts no hours before it reads it.
 */
function passedEdge(alias: string, time: TimeColumn, seconds: number, first = 3): string {
  const isLocal = time.zone === "UTC";
  const value = isLocal ? `${alias}.${quoteName(time.column)}` : instant(alias, time);
  const edge = (parameter: number): string => {
    const local = `$${parameter} at time zone 'UTC'`;
    const before = seconds === 0 ? `(${local})` : `((${local}) - interval ${quoteText(intervalText(seconds))})`;
    return isLocal ? before : `(${before} at time zone 'UTC')`;
  };
  return `${value} > ${edge(first)} and ${value} <= ${edge(first + 1)}`;
}
