import fc from "fast-check";
import { emptyContract } from "../../../src/author/feature";
import type { AggregateExpression, Expression } from "../../../src/ir/expressions";
import type { Entity, Feature, FeatureView, Source, SourceColumn } from "../../../src/ir/nodes";
import { isNullable, typeOf } from "../../../src/ir/type-of";
import { numericTypes } from "../../../src/ir/type-tables";
import type { ScalarType, ValueType } from "../../../src/ir/types";
import { walk } from "../../../src/ir/visit";
import { instantOf } from "../reference/time";
import { unusualText } from "./arbitrary-texts";

/*
 * Random definitions over one wide source, with random rows. Definitions are well formed (the test checks them); rows
 * contain every kind of bad value.
 */

export const columnTypes = {
  flag: "bool",
  small: "int32",
  big: "int64",
  ratio: "float64",
  single: "float32",
  amount: "decimal",
  label: "string",
  note: "string",
  seen: "timestamp",
  moment: "timestamp",
  day: "date",
  token: "uuid",
  data: "json",
  words: "string[]",
  numbers: "float64[]",
} as const satisfies Record<string, ValueType>;

export type ColumnName = keyof typeof columnTypes;
export const columnNames = Object.keys(columnTypes) as readonly ColumnName[]; // the keys of the object above

const column = (name: string, type: ValueType, zone: string | null = null): SourceColumn => ({
  name,
  column: name === "label" ? "Label of it" : name,
  type,
  nullable: true,
  zone,
});

/** The wide source's columns: `seen` has no zone in the database, `moment` has one. */
export const wideColumns: readonly SourceColumn[] = columnNames.map((name) =>
  column(name, columnTypes[name], name === "seen" ? "Europe/Berlin" : null),
);

type Of = (depth: number) => fc.Arbitrary<Expression>;

const literal = (type: ScalarType, value: string | number | boolean | null): Expression => ({
  kind: "literal",
  type,
  value,
});

/** Null except in this percentage of cases: conditions hide rows, and hidden rows prove little. */
function sometimes<T>(arbitrary: fc.Arbitrary<T>, percent: number): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: percent, arbitrary }, { weight: 100 - percent, arbitrary: fc.constant(null) });
}

const literals: Readonly<Partial<Record<ValueType, fc.Arbitrary<Expression>>>> = {
  bool: fc.boolean().map((value) => literal("bool", value)),
  int32: fc.constantFrom(0, 1, -1, 2, 7, 2147483647, -2147483648).map((value) => literal("int32", value)),
  int64: fc
    .constantFrom("0", "1", "-3", "9007199254740993", "9223372036854775807", "-9223372036854775808")
    .map((value) => literal("int64", value)),
  float64: fc
    .constantFrom(0, 0.5, -1.25, 3, 0.1, 1e-200, 1e200, -1e308, 5e-324, 1e300)
    .map((value) => literal("float64", value)),
  decimal: fc
    .constantFrom("0", "0.10", "-2.5", "3", "123456789012345678901.5")
    .map((value) => literal("decimal", value)),
  string: fc
    .oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom("", "a", "Ä", "b c", " x ", "ﬀ", "😀", "12", "3.5", "true", "2026-03-01"),
      },
      { weight: 1, arbitrary: unusualText },
    )
    .map((value) => literal("string", value)),
  timestamp: fc
    .constantFrom("2026-03-29T01:00:00.000000Z", "2026-03-28T22:30:00.000001Z")
    .map((value) => literal("timestamp", value)),
  date: fc.constantFrom("2026-03-29", "2024-02-29").map((value) => literal("date", value)),
  uuid: fc
    .constantFrom("00000000-0000-4000-8000-00000000000a", "ffffffff-0000-4000-8000-00000000000b")
    .map((value) => literal("uuid", value)),
  json: fc
    .constantFrom('{"score": "12"}', "[1, 2.50]", "{")
    .map((value) => ({ kind: "cast", operand: literal("string", value), to: "json", strict: false })),
};

const columnsOf = (type: ValueType): readonly Expression[] =>
  wideColumns
    .filter((candidate) => candidate.type === type)
    .map(({ name }) => ({ kind: "column", name, type, nullable: true }));

const comparable = ["bool", "int32", "int64", "float64", "decimal", "string", "timestamp", "date", "uuid"] as const;
const ordered = comparable.filter((type) => type !== "bool");

/** Row expressions of a type. */
export function rowExpression(type: ValueType, depth: number): fc.Arbitrary<Expression> {
  const columns = columnsOf(type);
  return scalarExpression(type, depth, rowExpression, columns.length > 0 ? fc.constantFrom(...columns) : undefined);
}

/**
 * Scalar expressions of a type with `leaf`s or literals as leaves; `of` makes their operands.
 */
function scalarExpression(
  type: ValueType,
  depth: number,
  of: (type: ValueType, depth: number) => fc.Arbitrary<Expression>,
  leaf: fc.Arbitrary<Expression> | undefined,
): fc.Arbitrary<Expression> {
  const constant = literals[type];
  const leaves = [...(leaf ? [leaf, leaf] : []), ...(constant ? [constant] : [])];
  const [
    first = of("json", 0).map((operand): Expression => ({ kind: "cast", operand, to: type, strict: false })),
    ...rest
  ] = leaves;
  if (depth <= 0) return fc.oneof(first, ...rest);
  const below: Of = (down) => of(type, down);
  const any = <T extends ValueType>(types: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...types);
  const d = depth - 1;
  const options: fc.Arbitrary<Expression>[] = [first, ...rest];
  const bool = () => of("bool", d);
  options.push(
    fc
      .record({ first: bool(), value: below(d), second: bool(), other: below(d), otherwise: fc.option(below(d)) })
      .map(({ first, value, second, other, otherwise }) => ({
        kind: "case",
        branches: [
          { when: first, value },
          { when: second, value: other },
        ],
        otherwise,
      })),
    fc.array(below(d), { minLength: 1, maxLength: 3 }).map((operands) => ({ kind: "coalesce", operands })),
  );
  if (type === "int32" || type === "int64" || type === "decimal" || type === "float64") {
    options.push(arithmeticOf(type, d, of), arithmeticOf(type, d, of));
  }
  if (type !== "json" && type !== "string[]" && type !== "float64[]" && type !== "uuid") {
    options.push(castOf(type, d, of), castOf(type, d, of));
  }
  if (type === "json") options.push(jsonGet(d, of));
  if (type === "bool") options.push(...conditions(d, of, any));
  if (type === "int32") {
    options.push(
      of("string", d).map((operand) => ({ kind: "string_function", name: "length", operands: [operand] })),
      fc
        .record({
          part: fc.constantFrom("year", "month", "day", "hour", "day_of_week", "day_of_year"),
          operand: of("timestamp", d),
          zone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York"),
        })
        .map((parts) => ({ kind: "date_part", ...parts })),
      fc
        .record({ part: fc.constantFrom("year", "month", "day", "day_of_week", "day_of_year"), operand: of("date", d) })
        .map((parts) => ({ kind: "date_part", zone: "UTC", ...parts })),
      fc
        .record({ start: of("date", d), end: of("date", d) })
        .map((dates) => ({ kind: "time_between", unit: "days", ...dates })),
    );
  }
  if (type === "float64") {
    options.push(
      of("timestamp", d).map((operand) => ({ kind: "date_part", part: "epoch_seconds", operand, zone: "UTC" })),
      fc
        .record({ start: of("timestamp", d), end: of("timestamp", d) })
        .map((instants) => ({ kind: "time_between", unit: "seconds", ...instants })),
    );
  }
  if (type === "string") options.push(...stringFunctions(d, of));
  return fc.oneof(...options);
}

function arithmeticOf(
  type: "int32" | "int64" | "decimal" | "float64",
  depth: number,
  of: (type: ValueType, depth: number) => fc.Arbitrary<Expression>,
): fc.Arbitrary<Expression> {
  const sides: Readonly<Record<typeof type, readonly (readonly [ValueType, ValueType])[]>> = {
    int32: [["int32", "int32"]],
    int64: [
      ["int64", "int64"],
      ["int32", "int64"],
      ["int64", "int32"],
    ],
    decimal: [
      ["decimal", "decimal"],
      ["decimal", "int32"],
      ["int64", "decimal"],
    ],
    float64: [
      ["float64", "float64"],
      ["float64", "int32"],
      ["float32", "float64"],
      ["int64", "float64"],
    ],
  };
  const operators =
    type === "float64"
      ? (["+", "-", "*", "/"] as const)
      : type === "decimal"
        ? (["+", "-", "*", "/", "%"] as const)
        : (["+", "-", "*", "%"] as const);
  return fc
    .record({ operator: fc.constantFrom(...operators), pair: fc.constantFrom(...sides[type]) })
    .chain(({ operator, pair: [a, b] }) =>
      fc
        .record({ left: of(a, depth), right: of(b, depth) })
        .map(({ left, right }) => ({ kind: "arithmetic", operator, left, right })),
    );
}

const castSources: Readonly<Record<string, readonly ValueType[]>> = {
  bool: ["string", "json"],
  int32: ["bool", "int64", "float64", "decimal", "string", "json"],
  int64: ["int32", "float64", "decimal", "string", "json"],
  float32: ["int32", "int64", "float64", "decimal", "string", "json"],
  float64: ["int32", "int64", "float32", "decimal", "string", "json"],
  decimal: ["int32", "int64", "string", "json"],
  string: ["bool", "int32", "int64", "decimal", "uuid", "json"],
  timestamp: ["date", "string", "json"],
  date: ["timestamp", "string", "json"],
};

function castOf(
  type: ValueType,
  depth: number,
  of: (type: ValueType, depth: number) => fc.Arbitrary<Expression>,
): fc.Arbitrary<Expression> {
  return fc
    .constantFrom(...(castSources[type] ?? ["json"]))
    .chain((from) =>
      fc.record({ operand: from === "json" ? jsonGet(depth, of) : of(from, depth), strict: fc.boolean() }),
    )
    .map(({ operand, strict }) => ({ kind: "cast", operand, to: type, strict }));
}

function jsonGet(
  depth: number,
  of: (type: ValueType, depth: number) => fc.Arbitrary<Expression>,
): fc.Arbitrary<Expression> {
  return fc
    .record({
      operand: of("json", Math.min(depth, 0)),
      path: fc.constantFrom(
        ["score"],
        ["tags"],
        ["nested", "score"],
        ["nested", "score"],
        ["tags", 0],
        ["it's", "é"],
        ["tags", "0"],
        [1],
      ),
    })
    .map(({ operand, path }) => ({ kind: "json_get", operand, path }));
}

function conditions(
  depth: number,
  of: (type: ValueType, depth: number) => fc.Arbitrary<Expression>,
  any: <T extends ValueType>(types: readonly T[]) => fc.Arbitrary<T>,
): readonly fc.Arbitrary<Expression>[] {
  const comparison = fc
    .record({ type: any(ordered), operator: fc.constantFrom("=", "<>", "<", "<=", ">", ">=") })
    .chain(({ type, operator }) =>
      fc.record({ left: of(type, depth), right: of(type, depth) }).map(
        ({ left, right }): Expression => ({
          kind: "comparison",
          operator,
          left,
          right,
        }),
      ),
    );
  const mixed = fc
    .record({ left: of("int32", depth), right: of("float64", depth), operator: fc.constantFrom("=", "<", ">=") })
    .map((parts): Expression => ({ kind: "comparison", ...parts }));
  const membership = any(comparable).chain((type) =>
    fc
      .record({
        operand: of(type, depth),
        values: fc.array(literals[type] ?? fc.constant(literal("bool", null)), { minLength: 1, maxLength: 3 }),
      })
      .map(
        ({ operand, values }): Expression => ({
          kind: "in",
          operand,
          values: values.filter((value) => value.kind === "literal"),
        }),
      ),
  );
  return [
    comparison,
    comparison,
    mixed,
    membership,
    fc
      .record({
        operator: fc.constantFrom("and", "or"),
        operands: fc.array(of("bool", depth), { minLength: 1, maxLength: 3 }),
      })
      .map((parts): Expression => ({ kind: "logic", ...parts })),
    of("bool", depth).map((operand): Expression => ({ kind: "not", operand })),
    fc
      .record({
        operand: fc.constantFrom(...comparable, "json" as const).chain((type) => of(type, depth)),
        negated: fc.boolean(),
      })
      .map((parts): Expression => ({ kind: "null_test", ...parts })),
    fc
      .record({
        name: fc.constantFrom("contains", "starts_with"),
        text: of("string", depth),
        part: of("string", depth),
      })
      .map(({ name, text, part }): Expression => ({ kind: "string_function", name, operands: [text, part] })),
    fc.record({ left: of("int32", depth), right: of("int32", depth) }).map(
      ({ left, right }): Expression => ({
        kind: "sql",
        texts: ["", " is not distinct from ", ""],
        operands: [left, right],
        type: "bool",
        nullable: false,
      }),
    ),
  ];
}

/** The checks reject some literals for `substring`; a column may hold anything. */
function positive(expression: Expression): Expression {
  return expression.kind === "literal" && Number(expression.value) < 1 ? { ...expression, value: 1 } : expression;
}

function stringFunctions(
  depth: number,
  of: (type: ValueType, depth: number) => fc.Arbitrary<Expression>,
): readonly fc.Arbitrary<Expression>[] {
  const text = of("string", depth);
  const call = (
    name: "lower" | "upper" | "trim" | "concat" | "substring" | "replace",
    operands: readonly Expression[],
  ): Expression => ({
    kind: "string_function",
    name,
    operands,
  });
  return [
    fc
      .record({ name: fc.constantFrom("lower", "upper", "trim"), operand: text })
      .map(({ name, operand }) => call(name, [operand])),
    fc.array(text, { minLength: 2, maxLength: 3 }).map((operands) => call("concat", operands)),
    fc
      .record({ operand: text, start: of("int32", depth), length: fc.option(of("int32", depth)) })
      .map(({ operand, start, length }) =>
        call("substring", [operand, ...[start, length].flatMap((each) => (each ? [positive(each)] : []))]),
      ),
    fc.tuple(text, text, text).map((operands) => call("replace", operands)),
  ];
}

const label: Expression = { kind: "column", name: "label", type: "string", nullable: true };

const fewLabels: Expression = {
  kind: "logic",
  operator: "and",
  operands: [
    {
      kind: "in",
      operand: label,
      values: ["a", "b", "Ä"].map((value) => ({ kind: "literal", type: "string", value })),
    },
    { kind: "null_test", operand: { kind: "column", name: "flag", type: "bool", nullable: true }, negated: true },
  ],
};

const caseOfLiterals: Expression = {
  kind: "case",
  branches: ["a", "A", "b"].map((value) => ({
    when: { kind: "comparison", operator: "=", left: label, right: literal("string", value) },
    value: literal("string", value === "A" ? "a" : value),
  })),
  otherwise: null,
};

const seconds = [3600, 86_400, 7 * 86_400] as const;

/** Aggregates by result type. `inexact` covers sums, means and deviations of floats. */
function aggregateExpression(type: ValueType, hasTime: boolean): fc.Arbitrary<Expression> | undefined {
  const around = (
    name: AggregateExpression["name"],
    operand: fc.Arbitrary<Expression | null>,
    parameters: Pick<AggregateExpression, "fraction" | "limit"> = {},
  ): fc.Arbitrary<Expression> =>
    fc
      .record({
        operand,
        where: sometimes(rowExpression("bool", 1), 25),
        period: periods(hasTime),
        ignoreNulls: name === "latest" || name === "first" ? fc.boolean() : fc.constant(false),
      })
      .map(({ period, ...parts }) => ({ kind: "aggregate", name, ...parts, ...period, ...parameters }));
  const plain = (expression: fc.Arbitrary<Expression>) => expression.map((operand): Expression | null => operand);
  const options: fc.Arbitrary<Expression>[] = hasTime
    ? [
        around("latest", plain(rowExpression(type, 2))),
        around("latest", plain(rowExpression(type, 0))),
        // Reads only the latest row: views of these alone use a separate strategy.
        rowExpression(type, 1).map((operand) => simple("latest", operand)),
        around("first", plain(rowExpression(type, 1))),
        around("first", plain(rowExpression(type, 0))),
      ]
    : [];
  if (type === "int32") {
    options.push(around("count", fc.constant(null)), around("count", plain(rowExpression("json", 1))));
    options.push(fc.constantFrom(...comparable).chain((of) => around("count_distinct", plain(rowExpression(of, 1)))));
    // Values known from the definition: a column that a filter limits, a case of literals.
    const known = around("count_distinct", fc.constantFrom(...columnsOf("string"), caseOfLiterals));
    options.push(known, known);
  }
  if (type === "int64") options.push(around("sum", plain(rowExpression("int32", 1))));
  if (type === "decimal") {
    options.push(around("sum", plain(rowExpression("int64", 1))), around("sum", plain(rowExpression("decimal", 1))));
  }
  if (ordered.some((candidate) => candidate === type)) {
    options.push(around("min", plain(rowExpression(type, 1))), around("max", plain(rowExpression(type, 1))));
  }
  if (comparable.some((candidate) => candidate === type)) options.push(around("mode", plain(rowExpression(type, 1))));
  if (type === "bool") {
    options.push(around("any", plain(rowExpression("bool", 1))), around("every", plain(rowExpression("bool", 1))));
  }
  if (type === "float64") {
    // Values beyond the limits of float64, as a decimal or a difference, fail the run, also in a mean.
    const isBounded = (of: ValueType): boolean => of !== "decimal" && of !== "float64";
    const operand = fc.constantFrom(...numericTypes).chain((of) => rowExpression(of, isBounded(of) ? 1 : 0));
    const fractions = fc.constantFrom(0, 0.1, 0.5, 0.95, 1);
    const percentile = fractions.chain((fraction) => around("percentile", plain(operand), { fraction }));
    options.push(percentile, percentile);
  }
  if (hasTime && (type === "string[]" || type === "float64[]")) {
    const gathered = type === "string[]" ? (["string", "uuid"] as const) : (["int32", "float32", "float64"] as const);
    const operand = fc.constantFrom(...gathered).chain((of) => rowExpression(of, 1));
    const lists = fc.record({ name: fc.constantFrom("last_n", "collect"), limit: fc.constantFrom(1, 2, 5, 1000) });
    const list = lists.chain(({ name, limit }) => around(name, plain(operand), { limit }));
    options.push(list, list);
  }
  const [first, ...rest] = options;
  return first && fc.oneof(first, ...rest);
}

/** Windows that end at the as-of time, and some that end earlier. */
function periods(hasTime: boolean): fc.Arbitrary<Pick<AggregateExpression, "overSeconds" | "endingSecondsBefore">> {
  const none = fc.constant({ overSeconds: null });
  if (!hasTime) return none;
  const length = fc.constantFrom(...seconds);
  return fc.oneof(
    { weight: 2, arbitrary: none },
    { weight: 1, arbitrary: length.map((overSeconds) => ({ overSeconds })) },
    { weight: 1, arbitrary: fc.record({ overSeconds: length, endingSecondsBefore: length }) },
  );
}

function simple(name: AggregateExpression["name"], operand: Expression): AggregateExpression {
  return { kind: "aggregate", name, operand, where: null, overSeconds: null, ignoreNulls: false };
}

/** Aggregates that are exact only to 1e-12; over bounded numbers, since a sum that overflows fails the run. */
function inexact(hasTime: boolean): fc.Arbitrary<Expression> {
  const operands = fc.constantFrom(
    ...columnsOf("float64"),
    ...columnsOf("float32"),
    ...columnsOf("int32"),
    ...columnsOf("decimal"),
  );
  return fc
    .record({
      name: fc.constantFrom("sum", "avg", "stddev", "variance"),
      operand: fc.oneof(
        operands,
        fc.constant<Expression>({
          kind: "cast",
          operand: {
            kind: "json_get",
            operand: { kind: "column", name: "data", type: "json", nullable: true },
            path: ["score"],
          },
          to: "float64",
          strict: false,
        }),
      ),
      where: sometimes(rowExpression("bool", 1), 25),
      period: periods(hasTime),
      ignoreNulls: fc.constant(false),
    })
    .map(({ period, ...parts }) => ({ kind: "aggregate", ...parts, ...period }));
}

const featureTypes: readonly ValueType[] = [
  "bool",
  "int32",
  "int64",
  "float32",
  "float64",
  "decimal",
  "string",
  "timestamp",
  "date",
  "uuid",
  "json",
  "string[]",
  "float64[]",
];

function featureExpression(type: ValueType, depth: number, hasTime: boolean): fc.Arbitrary<Expression> {
  const of = (inner: ValueType, down: number): fc.Arbitrary<Expression> => featureExpression(inner, down, hasTime);
  const aggregate = aggregateExpression(type, hasTime);
  if (depth <= 0 && aggregate) return aggregate;
  return scalarExpression(type, depth, of, aggregate);
}

/** The properties of a case's source. */
export interface CaseShape {
  readonly eventTime: "utc" | "berlin" | "instant" | "none";
  readonly knownTime: boolean;
  readonly history: "events" | "current";
  /** `own` uses the source itself as population. */
  readonly population: "none" | "shared" | "scoped" | "own";
  readonly isScoped: boolean;
  readonly keys: 1 | 2 | 3;
  /** The type of the column `ratio` in the database. */
  readonly ratioType: "double precision" | "numeric" | "real";
}

export const anyShape: fc.Arbitrary<CaseShape> = fc
  .record({
    eventTime: fc.constantFrom("utc", "utc", "berlin", "instant", "none"),
    knownTime: fc.constantFrom(true, false, false),
    history: fc.constantFrom("events", "events", "current"),
    population: fc.constantFrom("none", "shared", "scoped", "own", "own"),
    isScoped: fc.boolean(),
    keys: fc.constantFrom(1, 2, 3),
    ratioType: fc.constantFrom("double precision", "numeric", "real"),
  })
  .map((shape): CaseShape => (shape.eventTime === "none" ? { ...shape, knownTime: false } : shape));

const feature = (name: string, expression: Expression): Feature => ({
  name,
  expression,
  type: typeOf(expression),
  nullable: isNullable(expression),
  embedding: null,
  contract: emptyContract,
});

const nested = (step: string): Expression => ({
  kind: "json_get",
  operand: { kind: "column", name: "data", type: "json", nullable: true },
  path: ["nested", step],
});

/** Features that read only one part of the JSON. */
const belowOnePath: fc.Arbitrary<Expression> = fc
  .record({
    name: fc.constantFrom("latest", "latest", "first", "count"),
    operand: fc.constantFrom<Expression>(
      nested("score"),
      { kind: "cast", operand: nested("score"), to: "float64", strict: false },
      { kind: "cast", operand: nested("score"), to: "string", strict: false },
      { kind: "cast", operand: nested("other"), to: "int32", strict: false },
    ),
    overSeconds: sometimes(fc.constantFrom(...seconds), 40),
  })
  .map((parts) => ({ kind: "aggregate", where: null, ignoreNulls: false, ...parts }));

const operandTypes: Readonly<Partial<Record<AggregateExpression["name"], readonly ValueType[]>>> = {
  latest: ["string", "int32", "uuid"],
  first: ["string", "int32", "uuid"],
  last_n: ["string", "float64", "uuid"],
  collect: ["string", "int32"],
  percentile: numericTypes,
  variance: ["int32", "float32", "float64", "decimal"],
  mode: comparable,
  any: ["bool"],
  every: ["bool"],
};

/** Aggregates of bare columns that hide few rows, so that dependence on many rows and their order shows. */
function ofColumns(hasTime: boolean): fc.Arbitrary<Expression> {
  const names = ["percentile", "variance", "mode", "any", "every", "count_distinct"] as const;
  const byTime = ["latest", "first", "last_n", "collect"] as const;
  return fc.constantFrom(...names, ...(hasTime ? [...byTime, ...byTime] : [])).chain((name) =>
    fc
      .record({
        operand:
          name === "count_distinct"
            ? fc.constant(caseOfLiterals)
            : fc.constantFrom(...(operandTypes[name] ?? []).flatMap(columnsOf)),
        where: sometimes(rowExpression("bool", 0), 10),
        period: periods(hasTime),
        ignoreNulls: name === "latest" || name === "first" ? fc.boolean() : fc.constant(false),
        fraction: fc.constantFrom(0, 0.1, 0.5, 0.95, 1),
        limit: fc.constantFrom(1, 2, 3, 1000),
      })
      .map(({ period, fraction, limit, ...parts }) => ({
        kind: "aggregate",
        name,
        ...parts,
        ...period,
        ...(name === "percentile" ? { fraction } : {}),
        ...(name === "last_n" || name === "collect" ? { limit } : {}),
      })),
  );
}

/** A view over the case's source; the relations are filled in later. */
export function anyViewOf(shape: CaseShape): fc.Arbitrary<FeatureView> {
  const hasTime = shape.eventTime !== "none";
  const one = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...featureTypes).chain((type) => featureExpression(type, 1, hasTime)) },
    { weight: 1, arbitrary: inexact(hasTime) },
  );
  const latestOnly = fc
    .constantFrom(...featureTypes)
    .chain((type) => rowExpression(type, 2))
    .chain((operand) =>
      fc.constantFrom(null, ...seconds).map(
        (overSeconds): Expression => ({
          kind: "aggregate",
          name: "latest",
          operand,
          where: null,
          overSeconds,
          ignoreNulls: false,
        }),
      ),
    );
  const expressions = hasTime
    ? fc.oneof(
        { weight: 3, arbitrary: fc.array(one, { minLength: 1, maxLength: 4 }) },
        { weight: 1, arbitrary: fc.array(latestOnly, { minLength: 1, maxLength: 4 }) },
        { weight: 1, arbitrary: fc.array(belowOnePath, { minLength: 2, maxLength: 4 }) },
        { weight: 2, arbitrary: fc.array(ofColumns(true), { minLength: 2, maxLength: 5 }) },
      )
    : fc.oneof(
        { weight: 3, arbitrary: fc.array(one, { minLength: 1, maxLength: 4 }) },
        { weight: 1, arbitrary: fc.array(ofColumns(false), { minLength: 2, maxLength: 4 }) },
      );
  return fc
    .record({
      expressions,
      isRepeated: fc.boolean(),
      filter: sometimes(rowExpression("bool", 1), 15),
      sourceFilter: sometimes(fc.oneof(rowExpression("bool", 1), fc.constant(fewLabels)), 20),
    })
    .map(({ expressions, isRepeated, filter, sourceFilter }) => {
      const all = isRepeated ? [...expressions, ...expressions.slice(0, 1).flatMap(countsOf)] : expressions;
      return viewOf(shape, all, filter, sourceFilter);
    });
}

/**
 * Further aggregates over the operand of an expression's first aggregate, because common expressions are computed once.
 */
function countsOf(expression: Expression): readonly Expression[] {
  const operands: Expression[] = [];
  walk(expression, (node) => {
    if (node.kind === "aggregate" && node.operand) operands.push(node.operand);
  });
  return operands
    .slice(0, 1)
    .flatMap((operand) => [
      simple("count", operand),
      { ...simple("count", operand), where: { kind: "null_test", operand, negated: false } },
    ]);
}

function viewOf(
  shape: CaseShape,
  expressions: readonly Expression[],
  filter: Expression | null,
  sourceFilter: Expression | null,
): FeatureView {
  const zone = { utc: "UTC", berlin: "Europe/Berlin", instant: null, none: null }[shape.eventTime];
  const keyTypes = [
    ["id_key", "int64"],
    ["name_key", "string"],
    ["uuid_key", "uuid"],
  ] as const;
  const key = keyTypes.slice(0, shape.keys).map(([name, type]) => column(name, type));
  const nothing: FeatureView["source"]["relation"] = { kind: "query", text: "select 1" };
  const source: Source = {
    kind: "source",
    name: "wide",
    relation: nothing,
    key,
    columns: wideColumns,
    eventTime: shape.eventTime === "none" ? null : { column: "happened", zone },
    knownTime: shape.knownTime ? { column: "ingested", zone: "UTC" } : null,
    tieBreak: ["id"],
    tenant: shape.isScoped ? "owner" : null,
    history: shape.history,
    filter: sourceFilter,
  };
  const population: Source = {
    ...source,
    name: "members",
    tenant: shape.population === "scoped" ? "owner" : null,
    columns: [],
    eventTime: { column: "happened", zone: "UTC" },
    knownTime: null,
    history: null,
    filter: null,
  };
  const entity: Entity = {
    kind: "entity",
    name: "thing",
    key: keyTypes.slice(0, shape.keys).map(([name, type]) => ({ name, type })),
    population: shape.population === "none" ? null : shape.population === "own" ? source : population,
    description: null,
  };
  return {
    kind: "feature_view",
    irVersion: 1,
    name: "random",
    version: 1,
    entity,
    source,
    filter,
    ttlSeconds: null,
    features: expressions.map((expression, index) => feature(`f${index}`, expression)),
    description: null,
    owner: null,
    tags: [],
  };
}

export const asOf = instantOf([2026, 3, 29, 3, 0, 0]) ?? 0n;
