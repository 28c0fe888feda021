import { allOf, type SqlExpression } from "../tree/sql-tree";
import type { DialectParts, Render, ScalarContext } from "./dialect-parts";
import { filterClause } from "./filter-clause";
import { inputValue } from "./input-value";
import { intervalText } from "./interval-text";
import { listItem, renderNames } from "./lists";
import { atom, call, compound, operand, type Parameters, type Rendered } from "./rendered";
import { castInput, castValue, renderScalar } from "./scalar";
import { zoneText } from "./scalar-parts";

/** Renders an expression of the tree: what all dialects write alike here, and the rest by the dialect's parts. */
export function renderExpression(parts: DialectParts, expression: SqlExpression, parameters: Parameters): Rendered {
  const render = (inner: SqlExpression): Rendered => renderExpression(parts, inner, parameters);
  const contextOf = (fields: ReadonlyMap<string, SqlExpression>): ScalarContext => ({
    parameters,
    column: (name) => {
      const bound = fields.get(name);
      if (!bound) throw new TypeError(`Column ${name} is not bound`);
      return render(bound);
    },
  });
  switch (expression.kind) {
    case "field": {
      const { relation, record, name, type } = expression;
      return atom([relation, ...(record === undefined ? [] : [record]), name].map(parts.quoteName).join("."), type);
    }
    case "read": {
      const field = render(expression.field);
      if (expression.type !== "timestamp" || expression.zone === null) return parts.inType(field, expression.type);
      return atom(operand(parts.instantOf(field, zoneText(parts, expression.zone, parameters))), "timestamp");
    }
    case "instant": {
      const inner = render(expression.operand);
      if (expression.zone === null) return parts.inType(inner, "timestamp");
      return parts.instantOf(inner, zoneText(parts, expression.zone, parameters));
    }
    case "as_of":
      return renderAsOf(parts, expression.of && render(expression.of), expression.secondsBefore, expression.zone);
    case "scalar":
      return renderScalar(parts, expression.expression, contextOf(expression.fields));
    case "cast_input":
      return castInput(parts, expression.cast, contextOf(expression.fields));
    case "cast_value":
      return castValue(parts, expression.cast, render(expression.input));
    case "input_value":
      return inputValue(parts, expression.input, render(expression.operand), parameters);
    case "within_reach":
      return call("greatest", [render(expression.operand).text, parts.earliestTime]);
    case "not_json_null":
      return call("nullif", [render(expression.operand).text, parts.jsonNull], "json");
    case "convert":
      return parts.inType(render(expression.operand), expression.type);
    case "shared_scope":
      return atom(parts.textConstant(""), "string");
    case "integer":
      return atom(String(expression.value), "int32");
    case "constant":
      return parameters.add(expression.value, expression.type);
    case "null":
      return expression.type === null
        ? atom("null")
        : atom(`null::${parts.castName(expression.type)}`, expression.type);
    case "comparison":
      return compound(
        `${operand(render(expression.left))} ${expression.operator} ${operand(render(expression.right))}`,
        "bool",
      );
    case "and":
    case "or":
      return compound(expression.operands.map((inner) => operand(render(inner))).join(` ${expression.kind} `), "bool");
    case "test":
      return compound(`${operand(render(expression.operand))} ${testText[expression.test]}`, "bool");
    case "case": {
      const otherwise = expression.otherwise ? ` else ${render(expression.otherwise).text}` : "";
      const value = render(expression.value);
      return atom(`case when ${render(expression.when).text} then ${value.text}${otherwise} end`, value.type);
    }
    case "coalesce": {
      const operands = expression.operands.map(render);
      return call(
        "coalesce",
        operands.map(({ text }) => text),
        operands[0]?.type ?? null,
      );
    }
    case "last_time":
      return atom(`max(${render(expression.operand).text})${filterClause(expression.filter, render)}`);
    case "any_true":
      return call("bool_or", [render(expression.operand).text], "bool");
    case "unsigned_zero": {
      // A sum of `real` and an integer would be a double.
      const zero = expression.type === "float32" ? "0::real" : "0";
      return compound(
        `${operand(parts.inType(render(expression.operand), expression.type))} + ${zero}`,
        expression.type,
      );
    }
    case "count_values": {
      const value = operand(render(expression.operand));
      const counts = expression.values.map((each) => {
        const isValue: SqlExpression = { kind: "comparison", operator: "=", left: expression.operand, right: each };
        return `(count(*)${filterClause([...expression.filter, isValue], render)} > 0)::integer`;
      });
      if (counts.length === 0) return atom(`count(${value})::integer`, "int32");
      return compound(counts.join(" + "), "int32");
    }
    case "rank":
      return renderRank(parts, expression, render);
    case "aggregate":
      return parts.aggregate(expression, render, "");
    case "over":
      return renderOver(parts, expression, render);
    case "list_of":
      return atom(parts.listOf(listItem(parts, expression, render)), expression.type);
    case "names":
      return atom(renderNames(parts, expression, render), "string[]");
    case "not_missing":
    case "text_digest":
    case "text_or_lost":
    case "by_code_point":
    case "key_digest":
    case "counted_from_one":
      if (parts.dataset === null)
        throw new TypeError(`${expression.kind} belongs to datasets, which PostgreSQL computes`);
      return parts.dataset(expression, render);
    default:
      return parts.expression(expression, render);
  }
}

const testText = {
  null: "is null",
  not_null: "is not null",
  true: "is true",
  not_true: "is not true",
  not_false: "is not false",
} as const;

/**
 * Converts the as-of time to the zone's local time before subtracting hours: that arithmetic does not depend on the
 * session, so PostgreSQL does it once for a parameter and not for every row.
 */
function renderAsOf(
  { placeholder, castName, quoteText, localOf }: DialectParts,
  of: Rendered | null,
  secondsBefore: number,
  zone: string | null,
): Rendered {
  const instant = of ? operand(of) : `${placeholder(1)}::${castName("timestamp")}`;
  const before = secondsBefore === 0 ? "" : ` - interval ${quoteText(intervalText(secondsBefore))}`;
  if (zone === null)
    return secondsBefore === 0 ? atom(instant, "timestamp") : compound(`${instant}${before}`, "timestamp");
  const local = localOf(atom(instant, "timestamp"), quoteText(zone));
  return secondsBefore === 0 ? local : compound(`${operand(local)}${before}`);
}

function renderRank(
  parts: DialectParts,
  { window, condition }: Extract<SqlExpression, { kind: "rank" }>,
  render: Render,
): Rendered {
  if (!condition) return atom(`row_number() over ${parts.quoteName(window)}`);
  const rows = { kind: "aggregate", name: "count", operand: null, operandType: null, fraction: null } as const;
  const count = renderOver(parts, { kind: "over", operand: { ...rows, filter: [condition] }, window }, render);
  return atom(`case when ${render(condition).text} then ${count.text} end`);
}

/** The aggregate's function, or each of several, over the window. */
function renderOver(
  { aggregate, quoteName, filtersWindows }: DialectParts,
  { operand: framed, window }: Extract<SqlExpression, { kind: "over" }>,
  render: Render,
): Rendered {
  const over = ` over ${quoteName(window)}`;
  const inner = filtersWindows ? framed : withoutFilter(framed);
  if (inner.kind === "aggregate") return aggregate(inner, render, over);
  const rendered = render(inner);
  return atom(`${rendered.text}${over}`, rendered.type);
}

/** The same aggregate, with the filter as a condition of its operand: nulls are not aggregated. */
function withoutFilter(expression: SqlExpression): SqlExpression {
  if (expression.kind !== "aggregate" && expression.kind !== "last_time") return expression;
  const when = allOf(expression.filter);
  if (when === null) return expression;
  const value: SqlExpression = expression.operand ?? { kind: "integer", value: 1 };
  return { ...expression, filter: [], operand: { kind: "case", when, value, otherwise: null } };
}
