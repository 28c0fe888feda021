import { extendedRows } from "../source/extended-rows";
import { freeNames } from "../source/stages";
import type { From, FromRelation, Query, Select, SqlExpression, Stage, Union, Window } from "../tree/sql-tree";
import type { DialectParts, Render } from "./dialect-parts";
import { renderExpression } from "./expression";
import { operand, type Parameters, type Rendered } from "./rendered";

/** Renders a readable query: stages as CTEs, one item per line. */
export function renderQuery(parts: DialectParts, { stages, result }: Query, parameters: Parameters): string {
  const ctes = stages.map(
    ({ name, query, isMaterialized }) =>
      `${parts.quoteName(name)} as ${isMaterialized ? parts.fences.materialized : ""}(\n${parts.indent(renderStage(parts, query, parameters))}\n)`,
  );
  const head = ctes.length === 0 ? "" : `with ${ctes.join(",\n")}\n`;
  return `${head}${renderSelect(parts, result, parameters)}`;
}

function renderStage(parts: DialectParts, query: Stage["query"], parameters: Parameters): string {
  switch (query.kind) {
    case "select":
      return renderSelect(parts, query, parameters);
    case "union_all":
      return renderUnion(parts, query, parameters);
    case "query":
      return renderQuery(parts, query, parameters);
    default:
      return query satisfies never;
  }
}

function renderUnion(parts: DialectParts, { selects }: Union, parameters: Parameters): string {
  return selects.map((select) => renderSelect(parts, select, parameters)).join("\nunion all\n");
}

function renderSelect(parts: DialectParts, select: Select, parameters: Parameters): string {
  const each = (expression: SqlExpression): Rendered => renderExpression(parts, expression, parameters);
  const render = (expression: SqlExpression): string => each(expression).text;
  const items = select.items.map(({ name, expression }) => {
    const text = render(expression);
    const isNamedSo = text.endsWith(`.${parts.quoteName(name)}`) && !text.includes(" ");
    return isNamedSo ? text : `${text} as ${parts.quoteName(name)}`;
  });
  const isRanked = select.distinctOn.length > 0 && parts.firstRows !== "distinct on";
  if (isRanked && parts.firstRows === "where") return renderFirstRows(parts, select, parameters);
  const distinctOn =
    select.distinctOn.length > 0 && !isRanked ? ` distinct on (${select.distinctOn.map(render).join(", ")})` : "";
  const clauses = [
    `select${select.distinct ? " distinct" : distinctOn}\n${parts.indent(items.join(",\n"))}`,
    renderFrom(parts, select.from, parameters),
  ];
  const filters = [
    ...select.from.joins.filter(({ kind }) => kind === "semi").map((join) => renderMatch(parts, join, parameters)),
    ...(select.where.length > 0 ? [conditions(parts, select.where, parameters)] : []),
  ];
  if (filters.length > 0) clauses.push(`where ${filters.join("\n  and ")}`);
  if (select.groupBy.length > 0) clauses.push(`group by ${select.groupBy.map(render).join(", ")}`);
  const windows = select.windows.map(({ name, partition, order, frame }) => {
    const clause = [
      ...(partition.length > 0 ? [`partition by ${partition.map(render).join(", ")}`] : []),
      ...(order.length > 0 ? [`order by ${parts.orderings(order, each)}`] : []),
      frameText(parts, frame),
    ];
    return `${parts.quoteName(name)} as (${clause.join(" ")})`;
  });
  if (windows.length > 0) clauses.push(`window ${windows.join(",\n  ")}`);
  if (isRanked) clauses.push(rankClause(select, parts, each));
  else if (select.orderBy.length > 0) clauses.push(`order by ${parts.orderings(select.orderBy, each)}`);
  if (select.computedOnce && parts.fences.computedOnce !== null) clauses.push(parts.fences.computedOnce);
  return clauses.join("\n");
}

/** Keeps the first row of each group: the ordering begins with the group's columns. */
function rankClause({ distinctOn, orderBy }: Select, parts: DialectParts, render: Render): string {
  const rest = orderBy.slice(distinctOn.length);
  const order = rest.length > 0 ? ` order by ${parts.orderings(rest, render)}` : "";
  const group = distinctOn.map((expression) => render(expression).text).join(", ");
  return `qualify row_number() over (partition by ${group}${order}) = 1`;
}

/** Keeps the first row of each group by its rank, for engines without a clause for it. */
function renderFirstRows(parts: DialectParts, select: Select, parameters: Parameters): string {
  const { items, distinctOn, orderBy } = select;
  const rank = freeNames(new Set(items.map(({ name }) => name)), new Set())("_rank");
  const numbered = renderSelect(
    parts,
    {
      ...select,
      items: [...items, { name: rank, expression: { kind: "rank", window: rank, condition: null } }],
      windows: [...select.windows, { name: rank, partition: distinctOn, order: orderBy.slice(distinctOn.length) }],
      distinctOn: [],
      orderBy: [],
    },
    parameters,
  );
  const names = items.map(({ name }) => parts.quoteName(name)).join(",\n");
  return `select\n${parts.indent(names)}\nfrom (\n${parts.indent(numbered)}\n) as ${parts.quoteName("ranked")}\nwhere ${parts.quoteName(rank)} = 1`;
}

function frameText({ framePeriod }: DialectParts, frame: Window["frame"]): string {
  // Row by row: rows with equal order must not be counted together.
  if (frame === undefined) return "rows unbounded preceding";
  if (frame === "not_later") return "range unbounded preceding";
  const { seconds, endingSecondsBefore } = frame;
  // Times have whole microseconds, and a period excludes its start.
  const start = `${framePeriod(seconds + endingSecondsBefore, true)} preceding`;
  const end = endingSecondsBefore === 0 ? "current row" : `${framePeriod(endingSecondsBefore, false)} preceding`;
  return `range between ${start} and ${end}`;
}

function conditions(parts: DialectParts, list: readonly SqlExpression[], parameters: Parameters): string {
  const flat = list.flatMap((condition) => (condition.kind === "and" ? condition.operands : [condition]));
  return flat
    .map((condition) => {
      const rendered = renderExpression(parts, condition, parameters);
      return / (or|and) /.test(rendered.text) ? operand(rendered) : rendered.text;
    })
    .join("\n  and ");
}

export function renderFrom(parts: DialectParts, { relation, alias, joins }: From, parameters: Parameters): string {
  const lines = [`from ${renderRelation(parts, relation, alias, parameters)}`];
  for (const join of joins) {
    if (join.kind === "semi") continue;
    const on = join.on.map((condition) => renderExpression(parts, condition, parameters).text).join(" and ");
    const joined = renderRelation(parts, join.relation, join.alias, parameters);
    lines.push(`${join.kind === "inner" ? "" : `${join.kind} `}join ${joined} on ${on}`);
  }
  return lines.join("\n");
}

function renderMatch(
  parts: DialectParts,
  { relation, alias, on }: From["joins"][number],
  parameters: Parameters,
): string {
  return `exists (\n${parts.indent(`select${parts.existing} from ${renderRelation(parts, relation, alias, parameters)}\nwhere ${conditions(parts, on, parameters)}`)}\n)`;
}

export function renderRelation(
  parts: DialectParts,
  relation: FromRelation,
  alias: string,
  parameters: Parameters,
): string {
  switch (relation.kind) {
    case "table":
    case "query":
    case "files":
    case "iceberg":
      return parts.source(relation, alias);
    case "extended":
      return `(\n${parts.indent(renderSelect(parts, extendedRows(relation), parameters))}\n) as ${parts.quoteName(alias)}`;
    case "select":
      return `(\n${parts.indent(renderSelect(parts, relation.select, parameters))}\n) as ${parts.quoteName(alias)}`;
    case "stage":
      return relation.name === alias
        ? parts.quoteName(alias)
        : `${parts.quoteName(relation.name)} as ${parts.quoteName(alias)}`;
    default:
      return relation satisfies never;
  }
}
