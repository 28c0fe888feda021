import type { SqlExpression } from "../tree/sql-tree";
import { aggregateCall, filterClause, orderings } from "./aggregate";
import { castValue } from "./casts";
import { castName } from "./database-types";
import { keyDigest, notMissing, textDigest, textOrLost } from "./dataset-text";
import { inputValue } from "./input-value";
import { renderOneRowPerKey } from "./one-row-per-key";
import { quoteName, quoteText } from "./quote";
import { atom, call, compound, inType, operand, type Parameters, type Rendered } from "./rendered";
import { castInput, renderScalar, type ScalarContext, zoneText } from "./scalar";

/** Renders an expression of the tree in PostgreSQL. */
export function renderExpression(expression: SqlExpression, parameters: Parameters): Rendered {
  const render = (inner: SqlExpression): Rendered => renderExpression(inner, parameters);
  switch (expression.kind) {
    case "field":
      return atom(`${quoteName(expression.relation)}.${quoteName(expression.name)}`, expression.type);
    case "read": {
      const field = render(expression.field);
      if (expression.type !== "timestamp" || expression.zone === null) return inType(field, expression.type);
      return atom(`(${field.text} at time zone ${zoneText(expression.zone, parameters)})`, "timestamp");
    }
    case "instant": {
      const inner = render(expression.operand);
      if (expression.zone === null) return inType(inner, "timestamp");
      return compound(`${operand(inner)} at time zone ${zoneText(expression.zone, parameters)}`, "timestamp");
    }
    case "within_reach":
      return call("greatest", [render(expression.operand).text, "'4000-01-01 00:00:00 BC'"]);
    case "as_of":
      return renderAsOf(expression.of && render(expression.of), expression.secondsBefore, expression.zone);
    case "scalar":
      return renderScalar(expression.expression, scalarContext(expression.fields, parameters));
    case "cast_input":
      return castInput(expression.cast, scalarContext(expression.fields, parameters));
    case "cast_value":
      return castValue(expression.cast, render(expression.input));
    case "convert":
      return inType(render(expression.operand), expression.type);
    case "integer":
      return atom(String(expression.value), "int32");
    case "constant":
      return parameters.add(expression.value, expression.type);
    case "shared_scope":
      return atom("''::text", "string");
    case "null":
      return expression.type === null ? atom("null") : atom(`null::${castName(expression.type)}`, expression.type);
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
    case "not_json_null":
      return call("nullif", [render(expression.operand).text, "'null'::jsonb"], "json");
    case "not_missing":
      return notMissing(render(expression.operand), expression.missing);
    case "text_digest":
      return textDigest(render(expression.operand));
    case "by_code_point":
      return compound(`${operand(inType(render(expression.operand), "string"))} collate "C"`, "string");
    case "text_or_lost":
      return textOrLost(render(expression.operand), expression.type, render(expression.lost));
    case "key_digest":
      return keyDigest(expression.keys.map(render));
    case "input_value":
      return inputValue(expression.input, render(expression.operand).text, parameters);
    case "aggregate":
      return aggregateCall(expression, render);
    case "last_time":
      return atom(`max(${render(expression.operand).text})${filterClause(expression.filter, render)}`);
    case "any_true":
      return call("bool_or", [render(expression.operand).text], "bool");
    case "pick": {
      const inner = render(expression.operand);
      const filter = filterClause(expression.filter, render);
      // array_agg would make an array of arrays; the maximum of one array is that array.
      if (expression.type.endsWith("[]")) return atom(`max(${inner.text})${filter}`, inner.type);
      const order = expression.order.length === 0 ? "" : ` order by ${orderings(expression.order, render)}`;
      return atom(`(array_agg(${inner.text}${order})${filter})[1]`, inner.type);
    }
    case "gather": {
      const filter = filterClause(expression.filter, render);
      const order = expression.order.length === 0 ? "" : ` order by ${orderings(expression.order, render)}`;
      const list = `array_agg(${element(expression, render)}${order})${filter}`;
      return atom(expression.limit === null ? list : `(${list})[1:${expression.limit}]`, expression.type);
    }
    case "trimmed":
      return call("trim_scale", [render(expression.operand).text], "decimal");
    case "unsigned_zero": {
      // A sum of `real` and an integer would be a double.
      const zero = expression.type === "float32" ? "0::real" : "0";
      return compound(`${operand(inType(render(expression.operand), expression.type))} + ${zero}`, expression.type);
    }
    case "counted_from_one": {
      const list = render(expression.operand);
      // As in every slice.
      return atom(`(${list.text})[:]`, list.type);
    }
    case "reversed": {
      const list = render(expression.operand);
      const text = operand(list);
      const positions = `generate_series(cardinality(${text}), 1, -1) as "place"`;
      return atom(`case when ${text} is not null then array(select ${text}["place"] from ${positions}) end`, list.type);
    }
    case "list_of":
      return atom(`array[${element(expression, render)}]`, expression.type);
    case "count_values": {
      const value = operand(render(expression.operand));
      const counts = expression.values.map((each) => {
        const isValue: SqlExpression = { kind: "comparison", operator: "=", left: expression.operand, right: each };
        return `(count(*)${filterClause([...expression.filter, isValue], render)} > 0)::integer`;
      });
      if (counts.length === 0) return atom(`count(${value})::integer`, "int32");
      return compound(counts.join(" + "), "int32");
    }
    case "mean": {
      // A sum of integers may itself be an integer, and would use integer division.
      const sum = `(${operand(render(expression.sum))} + 0.0)`;
      return compound(`${sum} / nullif(${render(expression.count).text}, 0)`);
    }
    case "count_listed": {
      const inner = render(expression.operand);
      const list = `array_agg(${inner.text})${filterClause(expression.filter, render)}`;
      const collation = inner.type === "string" ? ' collate "C"' : "";
      return atom(`(select count(distinct "value"${collation}) from unnest(${list}) as "value")::integer`, "int32");
    }
    case "rank":
      return renderRank(expression.window, expression.condition && render(expression.condition));
    case "over": {
      const inner = render(expression.operand);
      return atom(`${inner.text} over ${quoteName(expression.window)}`, inner.type);
    }
    case "one_row_per_key":
      return renderOneRowPerKey(expression);
    case "names":
      return renderNames(expression.entries.map(({ name, when }) => ({ name, when: render(when) })));
    default:
      return expression satisfies never;
  }
}

function element(
  { operand: inner, type }: Extract<SqlExpression, { kind: "gather" | "list_of" }>,
  render: (inner: SqlExpression) => Rendered,
): string {
  return inType(render(inner), type === "string[]" ? "string" : "float64").text;
}

const testText = {
  null: "is null",
  not_null: "is not null",
  true: "is true",
  not_true: "is not true",
  not_false: "is not false",
} as const;

function scalarContext(fields: ReadonlyMap<string, SqlExpression>, parameters: Parameters): ScalarContext {
  return {
    parameters,
    column: (name) => {
      const bound = fields.get(name);
      if (!bound) throw new TypeError(`Column ${name} is not bound`);
      return renderExpression(bound, parameters);
    },
  };
}

/**
 * Converts the as-of time to the zone's local time before subtracting hours: that arithmetic does not depend on the
 * session, so PostgreSQL does it once for a parameter and not for every row.
 */
function renderAsOf(of: Rendered | null, secondsBefore: number, zone: string | null): Rendered {
  const instant = of ? operand(of) : "$1::timestamptz";
  const before = secondsBefore === 0 ? "" : ` - interval ${quoteText(intervalText(secondsBefore))}`;
  if (zone === null)
    return secondsBefore === 0 ? atom(instant, "timestamp") : compound(`${instant}${before}`, "timestamp");
  const local = `${instant} at time zone ${quoteText(zone)}`;
  return secondsBefore === 0 ? compound(local) : compound(`(${local})${before}`);
}

export function intervalText(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} hours` : `${seconds} seconds`;
}

function renderRank(window: string, condition: Rendered | null): Rendered {
  if (!condition) return atom(`row_number() over ${quoteName(window)}`);
  const count = `count(*) filter (where ${condition.text}) over ${quoteName(window)}`;
  return atom(`case when ${condition.text} then ${count} end`);
}

function renderNames(entries: readonly { readonly name: string; readonly when: Rendered }[]): Rendered {
  const [first, ...rest] = entries;
  if (!first) return atom("null::text[]", "string[]");
  if (rest.length === 0) return atom(`case when ${first.when.text} then array[${quoteText(first.name)}::text] end`);
  const any = entries.map(({ when }) => operand(when)).join("\n  or ");
  const names = entries.map(({ name, when }) => `case when ${when.text} then ${quoteText(name)}::text end`);
  return atom(`case when ${any}\nthen array_remove(array[\n  ${names.join(",\n  ")}\n], null) end`);
}
