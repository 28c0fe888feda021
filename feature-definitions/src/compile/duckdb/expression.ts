import type { OwnExpression, Render } from "../text/dialect-parts";
import { filterClause } from "../text/filter-clause";
import { listItem } from "../text/lists";
import { quoteName, quoteTable, quoteText } from "../text/quote";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import type { SqlExpression } from "../tree/sql-tree";
import { orderings } from "./aggregate";
import { inType } from "./types";

/** Renders the kinds of expressions that DuckDB writes in its own way. */
export function renderOwn(expression: OwnExpression, render: Render): Rendered {
  switch (expression.kind) {
    case "pick":
      return renderPick(expression, render);
    case "record":
      return renderRecord(expression, render);
    case "gather": {
      const order = expression.order.length === 0 ? "" : ` order by ${orderings(expression.order, render)}`;
      const list = `list(${listItem({ inType }, expression, render)}${order})${filterClause(expression.filter, render)}`;
      return atom(expression.limit === null ? list : `(${list})[1:${expression.limit}]`, expression.type);
    }
    case "trimmed":
      // Decimals have one scale here.
      return render(expression.operand);
    case "reversed": {
      const list = render(expression.operand);
      return call("list_reverse", [list.text], list.type);
    }
    case "mean": {
      const sum = inType(render(expression.sum), "float64");
      return compound(`${sum.text} / nullif(${render(expression.count).text}, 0)`, "float64");
    }
    case "count_listed": {
      const counted = `distinct ${render(expression.operand).text}`;
      return atom(`count(${counted})${filterClause(expression.filter, render)}::integer`, "int32");
    }
    case "one_row_per_key":
      return renderOneRowPerKey(expression);
    default:
      return expression satisfies never;
  }
}

/**
 * Picks the first row's value. `first` takes a null as it is; other aggregates would skip it. It makes 0 of -0, so it
 * gets a float as bits.
 */
function renderPick(
  { operand: inner, type, order, filter }: Extract<SqlExpression, { kind: "pick" }>,
  render: Render,
): Rendered {
  const value = render(inner);
  const after = filterClause(filter, render);
  if (order.length === 0) return atom(`first(${value.text})${after}`, value.type);
  const ordered = ` order by ${orderings(order, render)}`;
  if (type !== "float64" && type !== "float32") return atom(`first(${value.text}${ordered})${after}`, value.type);
  return inType(atom(`first(${operand(inType(value, type))}::bit${ordered})${after}`), type);
}

/** The row as a struct, which is not null although its items may be. */
function renderRecord({ items, first, filter }: Extract<SqlExpression, { kind: "record" }>, render: Render): Rendered {
  const struct = `{${items.map(({ name, expression }) => `${quoteText(name)}: ${render(expression).text}`).join(", ")}}`;
  const passes = filter.map((condition) => operand(render(condition))).join(" and ");
  const value = filter.length === 0 ? struct : `case when ${passes} then ${struct} end`;
  return atom(`${first ? "first_value" : "last_value"}(${value} ignore nulls)`);
}

/** Fails with the key if a complete key occurs twice; the subquery is evaluated once. */
function renderOneRowPerKey({ relation, columns }: Extract<SqlExpression, { kind: "one_row_per_key" }>): Rendered {
  const names = columns.map(quoteName).join(", ");
  const present = columns.map((column) => `${quoteName(column)} is not null`).join(" and ");
  const table = quoteTable(relation.schema, relation.table);
  const key = `to_json({${columns.map((column) => `${quoteText(column)}: ${quoteName(column)}`).join(", ")}})`;
  const repeated = `select ${key} as "key" from ${table} where ${present} group by ${names} having count(*) > 1 limit 1`;
  const message = `${quoteText(`${table} has more than one row of `)} || first("key")::text`;
  return atom(
    `(select case when count(*) = 0 then true else error(${message}) end from (${repeated}) as "twice")`,
    "bool",
  );
}
