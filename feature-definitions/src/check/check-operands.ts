import { isGathering, traitsOf } from "../ir/aggregates";
import type {
  AggregateExpression,
  ArithmeticExpression,
  Expression,
  LiteralExpression,
  SqlExpression,
  StringFunctionExpression,
  TimeBetweenExpression,
  VectorFunctionExpression,
} from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import {
  canCast,
  castTargetsOf,
  gatheredTypes,
  isComparable,
  isGathered,
  isNumeric,
  isOrdered,
} from "../ir/type-tables";
import { type ValueType, vectorDimensions } from "../ir/types";
import { checkLiteral } from "./check-literal";
import { clockOrChanceIn } from "./clock-and-chance";
import type { Report } from "./report";
import { isTimeZone } from "./zone";

const numeric = ["a number"];
const isFloat = (type: ValueType): boolean => type === "float32" || type === "float64";

function mixes(left: ValueType, right: ValueType): boolean {
  return !((left === "decimal" && isFloat(right)) || (isFloat(left) && right === "decimal"));
}

function checkCondition(report: Report, path: string, condition: Expression): void {
  const found = typeOf(condition);
  if (found !== "bool") report("condition_not_bool", path, { found });
}

function checkArithmetic(report: Report, path: string, { operator, left, right }: ArithmeticExpression): void {
  const types = [typeOf(left), typeOf(right)] as const;
  const suitable = (type: ValueType): boolean => isNumeric(type) && !(operator === "%" && isFloat(type));
  const expected = operator === "%" ? ["int32", "int64", "decimal"] : numeric;
  for (const found of types) {
    if (!suitable(found)) report("type_unsuitable", path, { operation: `\`${operator}\``, found, expected });
  }
  if (!mixes(...types)) report("decimal_with_float", path, {});
}

function checkComparable(report: Report, path: string, left: ValueType, right: ValueType, ordered: boolean): void {
  const bothNumeric = isNumeric(left) && isNumeric(right);
  const suitable = ordered ? isOrdered(left) : isComparable(left);
  if (bothNumeric && !mixes(left, right)) report("decimal_with_float", path, {});
  else if (!bothNumeric && (left !== right || !suitable)) report("types_incomparable", path, { left, right });
}

function checkSameTypes(report: Report, path: string, operation: string, values: readonly Expression[]): void {
  const [first, ...rest] = values.map(typeOf);
  const other = rest.find((type) => type !== first);
  if (first && other) report("types_differ", path, { operation, left: first, right: other });
}

const stringFunctions: Readonly<Record<StringFunctionExpression["name"], { min: number; max: number; count: string }>> =
  {
    lower: { min: 1, max: 1, count: "one string" },
    upper: { min: 1, max: 1, count: "one string" },
    trim: { min: 1, max: 1, count: "one string" },
    length: { min: 1, max: 1, count: "one string" },
    concat: { min: 1, max: Number.POSITIVE_INFINITY, count: "strings" },
    substring: { min: 2, max: 3, count: "a string, a start and perhaps a length" },
    contains: { min: 2, max: 2, count: "two strings" },
    starts_with: { min: 2, max: 2, count: "two strings" },
    replace: { min: 3, max: 3, count: "three strings" },
  };

function checkStringFunction(report: Report, path: string, { name, operands }: StringFunctionExpression): void {
  const { min, max, count } = stringFunctions[name];
  if (operands.length < min || operands.length > max) report("operands_missing", path, { operation: name, count });
  for (const [index, operand] of operands.entries()) {
    const expected = name === "substring" && index > 0 ? "int32" : "string";
    const found = typeOf(operand);
    if (found !== expected) report("type_unsuitable", path, { operation: name, found, expected: [expected] });
    const smallest = index === 1 ? 1 : 0;
    const isTooSmall = operand.kind === "literal" && typeof operand.value === "number" && operand.value < smallest;
    if (expected === "int32" && isTooSmall) report("substring_range", path, {});
  }
}

/** The types that aggregates take, with their names in messages. */
const operandTypes: Readonly<
  Record<
    ReturnType<typeof traitsOf>["takes"],
    { readonly isSuitable: (type: ValueType) => boolean; readonly expected: readonly string[] }
  >
> = {
  any: { isSuitable: () => true, expected: [] },
  gathered: { isSuitable: isGathered, expected: gatheredTypes },
  bool: { isSuitable: (type) => type === "bool", expected: ["bool"] },
  comparable: { isSuitable: isComparable, expected: [...numeric, "bool", "string", "timestamp", "date", "uuid"] },
  ordered: { isSuitable: isOrdered, expected: [...numeric, "string", "timestamp", "date", "uuid"] },
  number: { isSuitable: isNumeric, expected: numeric },
};

/** Keeps rows small: models need recent values, not the whole history. */
const LARGEST_LIMIT = 1000;

function checkAggregate(
  report: Report,
  path: string,
  { name, operand, where, ignoreNulls, fraction = Number.NaN, limit = Number.NaN }: AggregateExpression,
): void {
  if (where) checkCondition(report, path, where);
  if (ignoreNulls && traitsOf(name).gives !== "row") report("ignore_nulls_meaningless", path, { name });
  if (name === "percentile" && !(fraction >= 0 && fraction <= 1)) report("fraction_range", path, { fraction });
  if (isGathering(name) && !(Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_LIMIT)) {
    report("limit_range", path, { name, limit, largest: LARGEST_LIMIT });
  }
  if (operand === null) {
    if (name !== "count") report("aggregate_without_operand", path, { name });
    return;
  }
  const found = typeOf(operand);
  const { isSuitable, expected } = operandTypes[traitsOf(name).takes];
  if (!isSuitable(found)) report("type_unsuitable", path, { operation: name, found, expected });
}

/** Text outside quotes; the contents of strings and quoted names are not syntax. */
function syntaxOf(text: string): string {
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "''");
}

function checkSql(report: Report, path: string, { texts, operands }: SqlExpression): void {
  const faults = [
    [texts.length !== operands.length + 1, "must have one more piece than operands"],
    [texts.join("").trim() === "" && operands.length === 0, "is empty"],
    [/;|--|\/\*/.test(syntaxOf(texts.join(" "))), "contains `;` or a comment"],
    [/\$\d/.test(syntaxOf(texts.join(" "))), "contains a placeholder such as `$1`"],
    [texts.some((text) => text.includes("\0")), "contains a zero character"],
  ] as const;
  for (const [isBroken, fault] of faults) if (isBroken) report("sql_malformed", path, { fault });
  // Each operand is a name or a constant.
  const found = clockOrChanceIn(texts.join(' "" '));
  if (found !== null) report("clock_or_chance", path, { found });
}

/** Checks that a node's operands have suitable types; does not check their descendants. */
export function checkOperands(report: Report, path: string, expression: Expression): void {
  const needs = (operation: string, isMet: boolean, count: string): void => {
    if (!isMet) report("operands_missing", path, { operation, count });
  };
  switch (expression.kind) {
    case "column":
    case "null_test":
      return;
    case "literal":
      checkLiteral(report, path, expression);
      return;
    case "arithmetic":
      checkArithmetic(report, path, expression);
      return;
    case "comparison": {
      const isOrder = expression.operator !== "=" && expression.operator !== "<>";
      checkComparable(report, path, typeOf(expression.left), typeOf(expression.right), isOrder);
      return;
    }
    case "logic":
      needs(expression.operator, expression.operands.length > 0, "one condition or more");
      for (const operand of expression.operands) checkCondition(report, path, operand);
      return;
    case "not":
      checkCondition(report, path, expression.operand);
      return;
    case "in":
      needs("in", expression.values.length > 0, "one value or more");
      checkIn(report, path, typeOf(expression.operand), expression.values);
      return;
    case "case": {
      needs("a case", expression.branches.length > 0, "one branch or more");
      for (const branch of expression.branches) checkCondition(report, path, branch.when);
      const values = expression.branches.map((branch) => branch.value);
      checkSameTypes(report, path, "a case", expression.otherwise ? [...values, expression.otherwise] : values);
      return;
    }
    case "coalesce":
      needs("coalesce", expression.operands.length > 0, "one value or more");
      checkSameTypes(report, path, "coalesce", expression.operands);
      return;
    case "string_function":
      checkStringFunction(report, path, expression);
      return;
    case "json_get": {
      const found = typeOf(expression.operand);
      if (found !== "json") report("type_unsuitable", path, { operation: "get", found, expected: ["json"] });
      const isStep = (step: string | number): boolean =>
        typeof step === "string" ? !step.includes("\0") : Number.isInteger(step) && step >= 0 && step < 2 ** 31;
      if (expression.path.length === 0 || !expression.path.every(isStep)) report("json_path_invalid", path, {});
      return;
    }
    case "cast": {
      const from = typeOf(expression.operand);
      const { to } = expression;
      if (!canCast(from, to)) report("cast_unsupported", path, { from, to, targets: castTargetsOf(from) });
      return;
    }
    case "date_part": {
      const found = typeOf(expression.operand);
      const { part, zone } = expression;
      if (found === "date" && (part === "hour" || part === "epoch_seconds"))
        report("date_part_of_date", path, { part });
      if (found !== "date" && found !== "timestamp") {
        report("type_unsuitable", path, { operation: part, found, expected: ["timestamp", "date"] });
      }
      if (!isTimeZone(zone)) report("zone_unknown", path, { zone });
      return;
    }
    case "time_between":
      checkTimeBetween(report, path, expression);
      return;
    case "vector_function":
      checkVectorFunction(report, path, expression);
      return;
    case "sql":
      checkVectorType(report, path, expression.type);
      checkSql(report, path, expression);
      return;
    case "aggregate":
      checkAggregate(report, path, expression);
      return;
    default:
      expression satisfies never;
  }
}

function checkTimeBetween(report: Report, path: string, { unit, start, end }: TimeBetweenExpression): void {
  const [operation, expected] = unit === "days" ? ["daysSince", "date"] : ["secondsSince", "timestamp"];
  for (const found of [end, start].map(typeOf)) {
    if (found !== expected) report("type_unsuitable", path, { operation, found, expected: [expected] });
  }
}

function checkVectorFunction(report: Report, path: string, { name, ...operands }: VectorFunctionExpression): void {
  const [left, right] = [typeOf(operands.left), typeOf(operands.right)];
  const others = [left, right].filter((type) => vectorDimensions(type) === undefined);
  for (const found of others) report("type_unsuitable", path, { operation: name, found, expected: ["a vector"] });
  if (others.length === 0 && left !== right) report("vectors_differ", path, { left, right });
}

function checkIn(report: Report, path: string, type: ValueType, values: readonly LiteralExpression[]): void {
  const wrong = values.find((value) => value.type !== type && !(isNumeric(type) && isNumeric(value.type)));
  if (wrong) report("types_incomparable", path, { left: type, right: wrong.type });
  else for (const value of values) checkComparable(report, path, type, value.type, false);
}

/** pgvector's limit for stored vectors. */
const maxDimensions = 16_000;

export function checkVectorType(report: Report, path: string, type: ValueType): void {
  const dimensions = vectorDimensions(type);
  if (dimensions !== undefined && (dimensions < 1 || dimensions > maxDimensions)) {
    report("vector_dimensions", path, { type });
  }
}
