import type { OwnExpression, Render } from "../text/dialect-parts";
import { filterClause } from "../text/filter-clause";
import { listItem } from "../text/lists";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import { orderings } from "./aggregate";
import { inType } from "./database-types";
import { renderOneRowPerKey } from "./one-row-per-key";

/** Renders the kinds of expressions that PostgreSQL writes in its own way. */
export function renderOwn(expression: OwnExpression, render: Render): Rendered {
  switch (expression.kind) {
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
      const list = `array_agg(${listItem({ inType }, expression, render)}${order})${filter}`;
      return atom(expression.limit === null ? list : `(${list})[1:${expression.limit}]`, expression.type);
    }
    case "trimmed":
      return call("trim_scale", [render(expression.operand).text], "decimal");
    case "reversed": {
      const list = render(expression.operand);
      const text = operand(list);
      const positions = `generate_series(cardinality(${text}), 1, -1) as "place"`;
      return atom(`case when ${text} is not null then array(select ${text}["place"] from ${positions}) end`, list.type);
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
    case "record":
      throw new TypeError("PostgreSQL's windows do not skip nulls");
    case "one_row_per_key":
      return renderOneRowPerKey(expression);
    default:
      return expression satisfies never;
  }
}
