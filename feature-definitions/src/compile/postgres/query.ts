import { extendedRows } from "../source/extended-rows";
import type { From, FromRelation, Query, Select, SqlExpression, Stage, Union, Window } from "../tree/sql-tree";
import { orderings } from "./aggregate";
import { intervalText, renderExpression } from "./expression";
import { indent, quoteName, quoteTable, quoteText } from "./quote";
import { operand, type Parameters, type Rendered } from "./rendered";

/** Renders a readable query: stages as CTEs, one item per line. */
export function renderQuery({ stages, result }: Query, parameters: Parameters): string {
  const ctes = stages.map(
    ({ name, query, isMaterialized }) =>
      `${quoteName(name)} as ${isMaterialized ? "materialized " : ""}(\n${indent(renderStage(query, parameters))}\n)`,
  );
  const head = ctes.length === 0 ? "" : `with ${ctes.join(",\n")}\n`;
  return `${head}${renderSelect(result, parameters)}`;
}

function renderStage(query: Stage["query"], parameters: Parameters): string {
  switch (query.kind) {
    case "select":
      return renderSelect(query, parameters);
    case "union_all":
      return renderUnion(query, parameters);
    case "query":
      return renderQuery(query, parameters);
    default:
      return query satisfies never;
  }
}

function renderUnion({ selects }: Union, parameters: Parameters): string {
  return selects.map((select) => renderSelect(select, parameters)).join("\nunion all\n");
}

function renderSelect(select: Select, parameters: Parameters): string {
  const each = (expression: SqlExpression): Rendered => renderExpression(expression, parameters);
  const render = (expression: SqlExpression): string => each(expression).text;
  const items = select.items.map(({ name, expression }) => {
    const text = render(expression);
    const isNamedSo = text.endsWith(`.${quoteName(name)}`) && !text.includes(" ");
    return isNamedSo ? text : `${text} as ${quoteName(name)}`;
  });
  const distinctOn = select.distinctOn.length > 0 ? ` distinct on (${select.distinctOn.map(render).join(", ")})` : "";
  const clauses = [
    `select${select.distinct ? " distinct" : distinctOn}\n${indent(items.join(",\n"))}`,
    renderFrom(select.from, parameters),
  ];
  const filters = [
    ...select.from.joins.filter(({ kind }) => kind === "semi").map((join) => renderMatch(join, parameters)),
    ...(select.where.length > 0 ? [conditions(select.where, parameters)] : []),
  ];
  if (filters.length > 0) clauses.push(`where ${filters.join("\n  and ")}`);
  if (select.groupBy.length > 0) clauses.push(`group by ${select.groupBy.map(render).join(", ")}`);
  const windows = select.windows.map(({ name, partition, order, frame }) => {
    const parts = [
      ...(partition.length > 0 ? [`partition by ${partition.map(render).join(", ")}`] : []),
      ...(order.length > 0 ? [`order by ${orderings(order, each)}`] : []),
      frameText(frame),
    ];
    return `${quoteName(name)} as (${parts.join(" ")})`;
  });
  if (windows.length > 0) clauses.push(`window ${windows.join(",\n  ")}`);
  if (select.orderBy.length > 0) clauses.push(`order by ${orderings(select.orderBy, each)}`);
  // Keeps the planner from merging this select into its reader, which would evaluate its items again at every use.
  if (select.computedOnce) clauses.push("offset 0");
  return clauses.join("\n");
}

function frameText(frame: Window["frame"]): string {
  // Row by row: rows with equal order must not be counted together.
  if (frame === undefined) return "rows unbounded preceding";
  if (frame === "not_later") return "range unbounded preceding";
  const { seconds, endingSecondsBefore } = frame;
  // Times have whole microseconds, and a period excludes its start.
  const start = `interval ${quoteText(`${intervalText(seconds + endingSecondsBefore)} -1 microseconds`)} preceding`;
  const end =
    endingSecondsBefore === 0 ? "current row" : `interval ${quoteText(intervalText(endingSecondsBefore))} preceding`;
  return `range between ${start} and ${end}`;
}

function conditions(list: readonly SqlExpression[], parameters: Parameters): string {
  const flat = list.flatMap((condition) => (condition.kind === "and" ? condition.operands : [condition]));
  return flat
    .map((condition) => {
      const rendered = renderExpression(condition, parameters);
      return / (or|and) /.test(rendered.text) ? operand(rendered) : rendered.text;
    })
    .join("\n  and ");
}

export function renderFrom({ relation, alias, joins }: From, parameters: Parameters): string {
  const lines = [`from ${renderRelation(relation, alias, parameters)}`];
  for (const join of joins) {
    if (join.kind === "semi") continue;
    const on = join.on.map((condition) => renderExpression(condition, parameters).text).join(" and ");
    const joined = renderRelation(join.relation, join.alias, parameters);
    lines.push(`${join.kind === "left" ? "left join" : "join"} ${joined} on ${on}`);
  }
  return lines.join("\n");
}

function renderMatch({ relation, alias, on }: From["joins"][number], parameters: Parameters): string {
  return `exists (\n${indent(`select from ${renderRelation(relation, alias, parameters)}\nwhere ${conditions(on, parameters)}`)}\n)`;
}

/** A query that depends on the search path is valid only with the search path it was applied with. */
function renderSourceQuery({ text, searchPath }: Extract<FromRelation, { readonly kind: "query" }>): string {
  const query = text.trim().replace(/;\s*$/, "");
  if (searchPath === undefined) return query;
  const schemas = `array[${searchPath.map(quoteText).join(", ")}]::text[]`;
  return `select * from (\n${indent(query)}\n) as "query"\nwhere (select featstore.require_search_path(${schemas}))`;
}

export function renderRelation(relation: FromRelation, alias: string, parameters: Parameters): string {
  if ("engine" in relation) throw new TypeError(`The engine ${relation.engine} reads ${alias}, not PostgreSQL`);
  switch (relation.kind) {
    case "table":
      return relation.schema === null && relation.table === alias
        ? quoteName(alias)
        : `${quoteTable(relation.schema, relation.table)} as ${quoteName(alias)}`;
    case "query":
      return `(\n${indent(renderSourceQuery(relation))}\n) as ${quoteName(alias)}`;
    case "extended":
      return `(\n${indent(renderSelect(extendedRows(relation), parameters))}\n) as ${quoteName(alias)}`;
    case "select":
      return `(\n${indent(renderSelect(relation.select, parameters))}\n) as ${quoteName(alias)}`;
    case "stage":
      return relation.name === alias ? quoteName(alias) : `${quoteName(relation.name)} as ${quoteName(alias)}`;
    default:
      return relation satisfies never;
  }
}
