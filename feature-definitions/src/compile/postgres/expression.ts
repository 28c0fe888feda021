import type { OwnExpression, Render } from "../text/dialect-parts";
import { filterClause } from "../text/filter-clause";
import { quoteName, quoteText } from "../text/quote";
import { atom, call, compound, operand, type Parameters, type Rendered } from "../text/rendered";
import type { SqlExpression } from "../tree/sql-tree";
import { aggregateCall, orderings } from "./aggregate";
import { keyDigest, notMissing, textDigest, textOrLost } from "./dataset-text";
import { inputValue } from "./input-value";
import { renderOneRowPerKey } from "./one-row-per-key";
import { inType } from "./rendered";

/** Renders the kinds of expressions that PostgreSQL writes in its own way. */
export function renderOwn(expression: OwnExpression, render: Render, parameters: Parameters): Rendered {
  switch (expression.kind) {
    case "within_reach":
      return call("greatest", [render(expression.operand).text, "'4000-01-01 00:00:00 BC'"]);
    case "shared_scope":
      return atom("''::text", "string");
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
    case "over": {
      const inner = render(expression.operand);
      return atom(`${inner.text} over ${quoteName(expression.window)}`, inner.type);
    }
    case "record":
      throw new TypeError("PostgreSQL's windows do not skip nulls");
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
  render: Render,
): string {
  return inType(render(inner), type === "string[]" ? "string" : "float64").text;
}

function renderNames(entries: readonly { readonly name: string; readonly when: Rendered }[]): Rendered {
  const [first, ...rest] = entries;
  if (!first) return atom("null::text[]", "string[]");
  if (rest.length === 0) return atom(`case when ${first.when.text} then array[${quoteText(first.name)}::text] end`);
  const any = entries.map(({ when }) => operand(when)).join("\n  or ");
  const names = entries.map(({ name, when }) => `case when ${when.text} then ${quoteText(name)}::text end`);
  return atom(`case when ${any}\nthen array_remove(array[\n  ${names.join(",\n  ")}\n], null) end`);
}
