import type { OwnExpression, Render } from "../text/dialect-parts";
import { filterClause } from "../text/filter-clause";
import { listItem } from "../text/lists";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import type { Ordering, SqlExpression } from "../tree/sql-tree";
import { comparable } from "./aggregate";
import { quoteName, quoteTable, quoteText } from "./quote";
import { castName, inType } from "./types";

/** Renders the kinds of expressions that Spark writes in its own way. */
export function renderOwn(expression: OwnExpression, render: Render): Rendered {
  switch (expression.kind) {
    case "pick":
      return renderPick(expression, render);
    case "record":
      return renderRecord(expression, render);
    case "gather":
      return renderGather(expression, render);
    case "trimmed":
      // Decimals have one scale here.
      return render(expression.operand);
    case "reversed": {
      const list = render(expression.operand);
      return call("reverse", [list.text], list.type);
    }
    case "mean": {
      const sum = inType(render(expression.sum), "float64");
      return compound(`${sum.text} / nullif(${render(expression.count).text}, 0)`, "float64");
    }
    case "count_listed": {
      const value = render(expression.operand);
      return atom(
        `size(collect_set(${comparable(value, value.type)})${filterClause(expression.filter, render)})`,
        "int32",
      );
    }
    case "one_row_per_key":
      return renderOneRowPerKey(expression);
    default:
      return expression satisfies never;
  }
}

/** Picks the first row's value; a null counts as a value. */
function renderPick(
  { operand: inner, order, filter }: Extract<SqlExpression, { kind: "pick" }>,
  render: Render,
): Rendered {
  const value = render(inner);
  const after = filterClause(filter, render);
  if (order.length === 0) return atom(`first(${value.text})${after}`, value.type);
  return atom(`${firstBy(order)}(${value.text}, ${orderStruct(order, render)})${after}`, value.type);
}

/** The aggregate that takes the value of the first row. All parts of an order have one direction. */
function firstBy(order: readonly Ordering[]): "max_by" | "min_by" {
  return isDescending(order) ? "max_by" : "min_by";
}

function isDescending(order: readonly Ordering[]): boolean {
  const descending = order[0]?.descending ?? false;
  if (order.some((each) => each.descending !== descending)) throw new TypeError("An order has two directions");
  return descending;
}

/** The order of a row as a struct, in which nulls are the largest values. */
function orderStruct(order: readonly Ordering[], render: Render): string {
  return call("struct", orderFields(order, render)).text;
}

function orderFields(order: readonly Ordering[], render: Render): readonly string[] {
  return order.flatMap(({ expression, string }) => {
    const value = render(expression);
    const text = operand(string ? inType(value, "string") : value);
    return [`${text} is null`, text];
  });
}

/** The values in order: the rows are sorted after they are gathered, by a struct with the order and the value. */
function renderGather(expression: Extract<SqlExpression, { kind: "gather" }>, render: Render): Rendered {
  const { order, filter, limit, type } = expression;
  const value = listItem({ inType }, expression, render);
  const after = filterClause(filter, render);
  const listed =
    order.length === 0
      ? `collect_list(struct(${value} as value))${after}`
      : `sort_array(collect_list(struct(${[...orderFields(order, render), `${value} as value`].join(", ")}))${after}, ${!isDescending(order)})`;
  const values = `transform(${listed}, item -> item.value)`;
  const first = limit === null ? values : `slice(${values}, 1, ${limit})`;
  // Without a row there is no list.
  return atom(`nullif(${first}, array()::${castName(type)})`, type);
}

/** The row as a struct, which is not null although its items may be. */
function renderRecord(
  { items, first, filter, order }: Extract<SqlExpression, { kind: "record" }>,
  render: Render,
): Rendered {
  const struct = `named_struct(${items.map(({ name, expression }) => `${quoteText(name)}, ${render(expression).text}`).join(", ")})`;
  const passes = filter.map((condition) => operand(render(condition))).join(" and ");
  const where = (value: string): string => (filter.length === 0 ? value : `case when ${passes} then ${value} end`);
  if (order === null) return atom(`${first ? "first_value" : "last_value"}(${where(struct)}, true)`);
  return atom(`${first ? "min_by" : "max_by"}(${struct}, ${where(orderStruct(order, render))})`);
}

/** Fails with the key if a complete key occurs twice. */
function renderOneRowPerKey({ relation, columns }: Extract<SqlExpression, { kind: "one_row_per_key" }>): Rendered {
  const names = columns.map(quoteName).join(", ");
  const present = columns.map((column) => `${quoteName(column)} is not null`).join(" and ");
  const table = quoteTable(relation.schema, relation.table);
  const key = `to_json(struct(${names}))`;
  const repeated = `select ${key} as key from ${table} where ${present} group by ${names} having count(*) > 1 limit 1`;
  const message = `${quoteText(`${table} has more than one row of `)} || first(key)`;
  return atom(
    `(select case when count(*) = 0 then true else raise_error(${message}) end from (${repeated}) as twice)`,
    "bool",
  );
}
