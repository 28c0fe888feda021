import type { Bindings, Field, SqlExpression } from "./sql-tree";

/** Returns a copy in which every field is replaced by the result of `change`. */
export function mapFields(expression: SqlExpression, change: (field: Field) => SqlExpression): SqlExpression {
  const map = (operand: SqlExpression): SqlExpression => mapFields(operand, change);
  switch (expression.kind) {
    case "field":
      return change(expression);
    case "read": {
      const mapped = change(expression.field);
      return mapped.kind === "field" ? { ...expression, field: mapped } : mapped;
    }
    case "as_of":
      return { ...expression, of: expression.of && map(expression.of) };
    case "integer":
    case "constant":
    case "shared_scope":
    case "null":
    case "one_row_per_key":
      return expression;
    case "instant":
    case "within_reach":
    case "convert":
    case "test":
    case "any_true":
    case "not_json_null":
    case "not_missing":
    case "text_digest":
    case "by_code_point":
    case "input_value":
    case "list_of":
    case "reversed":
    case "trimmed":
    case "unsigned_zero":
    case "counted_from_one":
    case "over":
      return { ...expression, operand: map(expression.operand) };
    case "scalar":
    case "cast_input":
      return { ...expression, fields: mapBindings(expression.fields, map) };
    case "cast_value":
      return { ...expression, input: map(expression.input) };
    case "comparison":
      return { ...expression, left: map(expression.left), right: map(expression.right) };
    case "mean":
      return { ...expression, sum: map(expression.sum), count: map(expression.count) };
    case "text_or_lost":
      return { ...expression, operand: map(expression.operand), lost: map(expression.lost) };
    case "key_digest":
      return { ...expression, keys: expression.keys.map(map) };
    case "and":
    case "or":
    case "coalesce":
      return { ...expression, operands: expression.operands.map(map) };
    case "case":
      return {
        ...expression,
        when: map(expression.when),
        value: map(expression.value),
        otherwise: expression.otherwise && map(expression.otherwise),
      };
    case "aggregate":
      return {
        ...expression,
        operand: expression.operand && map(expression.operand),
        filter: expression.filter.map(map),
      };
    case "last_time":
    case "count_values":
    case "count_listed":
      return { ...expression, operand: map(expression.operand), filter: expression.filter.map(map) };
    case "pick":
    case "gather":
      return {
        ...expression,
        operand: map(expression.operand),
        filter: expression.filter.map(map),
        order: expression.order.map((ordering) => ({ ...ordering, expression: map(ordering.expression) })),
      };
    case "record":
      return {
        ...expression,
        items: expression.items.map((item) => ({ ...item, expression: map(item.expression) })),
        filter: expression.filter.map(map),
        order: expression.order?.map((ordering) => ({ ...ordering, expression: map(ordering.expression) })) ?? null,
      };
    case "rank":
      return { ...expression, condition: expression.condition && map(expression.condition) };
    case "names":
      return {
        ...expression,
        entries: expression.entries.map((entry) => ({ ...entry, when: map(entry.when) })),
      };
    default:
      return expression satisfies never;
  }
}

function mapBindings(bindings: Bindings, map: (operand: SqlExpression) => SqlExpression): Bindings {
  return new Map([...bindings].map(([name, expression]) => [name, map(expression)]));
}
