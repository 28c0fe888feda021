import type {
  AggregateExpression,
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  LiteralExpression,
  ValueType,
} from "@featstore/definitions/compiler";

const MAX_LINE_LENGTH = 100;

/** Formats a column: `row.sentiment`. */
export type ColumnText = (name: string) => string;

/** Returns the name of an aggregate's constant; undefined to write the aggregate in place. */
export type AggregateName = (aggregate: AggregateExpression) => string | undefined;

/**
 * Formats an expression in the language of definitions, where `row` is the source's row; a long one spans several lines.
 *
 * @example "count().where(row.sentiment.eq(\"positive\")).over(days(90))"
 */
export function expressionText(
  expression: Expression,
  nameOf: AggregateName = () => undefined,
  columnText: ColumnText = (name) => `row${memberText(name)}`,
): string {
  const text = (each: Expression): string => expressionText(each, nameOf, columnText);
  const texts = (operands: readonly Expression[]): string[] => operands.map(text);
  // A constant has no expression methods.
  const receiver = (each: Expression): string =>
    each.kind === "literal" ? `literal(${literalText(each)})` : text(each);
  const method = (operand: Expression, name: string, inputs: readonly Expression[] = []): string =>
    chain(receiver(operand), call(name, texts(inputs)));
  switch (expression.kind) {
    case "column":
      return columnText(expression.name);
    case "literal":
      return literalText(expression);
    case "arithmetic":
      return method(expression.left, arithmeticMethods[expression.operator], [expression.right]);
    case "comparison":
      return method(expression.left, comparisonMethods[expression.operator], [expression.right]);
    case "logic":
    case "string_function": {
      const [first, ...rest] = expression.operands;
      const name = expression.kind === "logic" ? expression.operator : camelCase(expression.name);
      return first === undefined ? call(name, []) : method(first, name, rest);
    }
    case "not":
      return method(expression.operand, "not");
    case "in":
      return method(expression.operand, "in", expression.values);
    case "null_test":
      return method(expression.operand, expression.negated ? "isNotNull" : "isNull");
    case "case": {
      const branches = expression.branches.map(({ when, value }) => call("when", texts([when, value])));
      const { otherwise } = expression;
      return chain(...branches, otherwise === null ? "end()" : call("otherwise", [text(otherwise)]));
    }
    case "coalesce":
      return call("coalesce", texts(expression.operands));
    case "json_get": {
      const path = expression.path.map((step) => JSON.stringify(step));
      return chain(receiver(expression.operand), call("get", path));
    }
    case "cast":
      return `${method(expression.operand, castMethod(expression.to))}${expression.strict ? ".strict()" : ""}`;
    case "date_part": {
      const zone = expression.zone === "UTC" ? [] : [JSON.stringify(expression.zone)];
      return chain(receiver(expression.operand), call(camelCase(expression.part), zone));
    }
    case "time_between":
      return method(expression.end, `${expression.unit}Since`, [expression.start]);
    case "vector_function":
      return call(camelCase(expression.name), texts([expression.left, expression.right]));
    case "sql": {
      const { texts: pieces, operands, type, nullable } = expression;
      const substitutions = texts(operands).map((operand) => `\${${operand}}`);
      const template = pieces.map((piece, index) => `${templateText(piece)}${substitutions[index] ?? ""}`).join("");
      return `${call("sql", [JSON.stringify(type), ...(nullable ? [] : ["{ nullable: false }"])])}\`${template}\``;
    }
    case "aggregate": {
      const name = nameOf(expression);
      return (
        name ?? chain(call(camelCase(expression.name), inputsOf(expression, text)), ...modifiers(expression, text))
      );
    }
    default:
      return expression satisfies never;
  }
}

function inputsOf(
  { name, operand, fraction, limit }: AggregateExpression,
  text: (each: Expression) => string,
): string[] {
  return [
    ...(operand === null ? [] : [text(operand)]),
    ...(fraction === undefined ? [] : [String(fraction)]),
    ...(limit === undefined ? [] : [name === "collect" ? `{ limit: ${limit} }` : String(limit)]),
  ];
}

function modifiers(aggregate: AggregateExpression, text: (each: Expression) => string): string[] {
  const { where, overSeconds, endingSecondsBefore, ignoreNulls } = aggregate;
  const ending = endingSecondsBefore === undefined ? [] : [`{ endingBefore: ${durationText(endingSecondsBefore)} }`];
  return [
    ...(where === null ? [] : [call("where", [text(where)])]),
    ...(overSeconds === null ? [] : [call("over", [durationText(overSeconds), ...ending])]),
    ...(ignoreNulls ? ["ignoreNulls()"] : []),
  ];
}

/** Joins `a.b(c).d(e)`; after the first link that is too long, each link has its own line. */
function chain(...links: readonly string[]): string {
  return links.reduce((before, link) => {
    const line = `${before}.${link}`;
    return before.includes("\n") || firstLine(line).length > MAX_LINE_LENGTH ? `${before}\n  .${indented(link)}` : line;
  });
}

function call(name: string, inputs: readonly string[]): string {
  const line = `${name}(${inputs.join(", ")})`;
  if (!line.includes("\n") && (line.length <= MAX_LINE_LENGTH || inputs.length < 2)) return line;
  return `${name}(\n${inputs.map((input) => `  ${indented(input)},\n`).join("")})`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

/** Formats a duration in the largest unit with a whole number: `days(90)`. */
function durationText(seconds: number): string {
  if (seconds % 86_400 === 0) return `days(${seconds / 86_400})`;
  return seconds % 3600 === 0 ? `hours(${seconds / 3600})` : `minutes(${seconds / 60})`;
}

const arithmeticMethods: Readonly<Record<ArithmeticOperator, string>> = {
  "+": "plus",
  "-": "minus",
  "*": "times",
  "/": "dividedBy",
  "%": "modulo",
};

const comparisonMethods: Readonly<Record<ComparisonOperator, string>> = {
  "=": "eq",
  "<>": "ne",
  "<": "lt",
  "<=": "lte",
  ">": "gt",
  ">=": "gte",
};

function literalText({ type, value }: LiteralExpression): string {
  return type === "int64" && value !== null ? `${value}n` : JSON.stringify(value);
}

// A template literal accepts JSON's escapes and also needs two escapes of its own.
function templateText(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("`", "\\`").replaceAll("${", "\\${");
}

function castMethod(type: ValueType): string {
  return type.replace("[]", "Array");
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function memberText(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
