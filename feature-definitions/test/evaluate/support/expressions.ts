import fc from "fast-check";
import type { Expression, StringFunctionName } from "../../../src/ir/expressions";
import { castTargets, comparableTypes, isOrdered, numericTypes } from "../../../src/ir/type-tables";
import type { ScalarType, ValueType } from "../../../src/ir/types";
import { mapExpression } from "../../../src/ir/visit";
import { rowExpression } from "../../compile/support/arbitrary-cases";
import { edges } from "./edges";
import { columns } from "./rows";

const column = (name: string): Expression => {
  const type = columns[name];
  if (!type) throw new Error(`There is no column ${name}`);
  return { kind: "column", name, type, nullable: true };
};

/** Two columns of each type. */
function pairOf(type: ValueType): readonly [Expression, Expression] {
  const [first = "", second = ""] = Object.keys(columns).filter((name) => columns[name] === type);
  return [column(first), column(second)];
}

function literal(type: Exclude<ScalarType, "json">, text: string | null): Expression & { readonly kind: "literal" } {
  if (text === null) return { kind: "literal", type, value: null };
  if (type === "bool") return { kind: "literal", type, value: text === "true" };
  const isNumber = type === "int32" || type === "float32" || type === "float64";
  return { kind: "literal", type, value: isNumber ? Number(text) : text };
}

const isFloat = (type: ValueType): boolean => type === "float32" || type === "float64";

const arithmetic = numericTypes.flatMap((a) =>
  numericTypes.flatMap((b): readonly Expression[] => {
    if ((a === "decimal" && isFloat(b)) || (isFloat(a) && b === "decimal")) return [];
    const operators = ["+", "-", "*", "/", ...(isFloat(a) || isFloat(b) ? [] : ["%" as const])] as const;
    const [left, right] = [pairOf(a)[0], pairOf(b)[1]];
    return operators.map((operator) => ({ kind: "arithmetic", operator, left, right }));
  }),
);

const comparisons = comparableTypes.flatMap((a) =>
  comparableTypes.flatMap((b): readonly Expression[] => {
    const areNumbers = columnsAreNumbers(a, b) && !(a === "decimal" && isFloat(b)) && !(isFloat(a) && b === "decimal");
    if (a !== b && !areNumbers) return [];
    const operators = ["=", "<>", ...(isOrdered(a) ? (["<", "<=", ">", ">="] as const) : [])] as const;
    const [left, right] = [pairOf(a)[0], pairOf(b)[1]];
    return operators.map((operator) => ({ kind: "comparison", operator, left, right }));
  }),
);

function columnsAreNumbers(a: ValueType, b: ValueType): boolean {
  return [a, b].every((type) => numericTypes.some((numeric) => numeric === type));
}

const memberships = comparableTypes.flatMap((type): readonly Expression[] => {
  const values = edges[type].slice(0, 4).map((text) => literal(type, text));
  return [
    { kind: "in", operand: pairOf(type)[0], values },
    { kind: "in", operand: pairOf(type)[0], values: [...values.slice(0, 2), literal(type, null)] },
  ];
});

const casts = Object.entries(castTargets).flatMap(([from, targets]) =>
  targets.flatMap((to): readonly Expression[] =>
    pairOf(from as ScalarType) // the keys of the table are scalar types
      .map((operand) => ({ kind: "cast", operand, to, strict: false })),
  ),
);

const data = column("data");
const paths = [
  ["score"],
  ["tags"],
  ["tags", 0],
  ["tags", "0"],
  ["tags", 1, "b"],
  [0],
  [1],
  ["nested", "score"],
  ["0"],
  ["nested", 0],
  ["it's", "é"],
  ["nested", "score", "c", 0],
] as const;
const gets = paths.flatMap((path): readonly Expression[] => {
  const got: Expression = { kind: "json_get", operand: data, path };
  const targets = ["string", "float64", "decimal", "bool", "string[]", "float64[]"] as const;
  return [got, ...targets.map((to): Expression => ({ kind: "cast", operand: got, to, strict: false }))];
});

const [text, other, third] = [column("label"), column("note"), column("label_2")];
const [start, count] = [column("small"), column("small_2")];
const operandsOf: Readonly<Record<StringFunctionName, readonly (readonly Expression[])[]>> = {
  lower: [[text]],
  upper: [[text]],
  trim: [[text]],
  length: [[text]],
  concat: [[text], [text, other], [text, other, third]],
  substring: [
    [text, start],
    [text, start, count],
    [text, literal("int32", "2"), literal("int32", "2")],
  ],
  contains: [[text, other]],
  starts_with: [[text, other]],
  replace: [[text, other, third]],
};
const strings = Object.entries(operandsOf).flatMap(([name, lists]) =>
  lists.map(
    (operands): Expression => ({ kind: "string_function", name: name as StringFunctionName, operands }), // its keys
  ),
);

const parts = ["year", "month", "day", "day_of_week", "day_of_year"] as const;
const dateParts: readonly Expression[] = [
  ...[...parts, "hour" as const, "epoch_seconds" as const].map(
    (part): Expression => ({ kind: "date_part", part, operand: column("seen"), zone: "UTC" }),
  ),
  ...parts.map((part): Expression => ({ kind: "date_part", part, operand: column("day"), zone: "Europe/Berlin" })),
  { kind: "time_between", unit: "days", start: column("day"), end: column("day_2") },
  { kind: "time_between", unit: "seconds", start: column("seen"), end: column("moment_2") },
  { kind: "time_between", unit: "seconds", start: column("seen_2"), end: column("seen") },
];

const anyTypes = [...new Set(Object.values(columns))];
const conditionals = anyTypes.flatMap((type): readonly Expression[] => {
  const [left, right] = pairOf(type);
  return [
    { kind: "null_test", operand: left, negated: false },
    { kind: "null_test", operand: left, negated: true },
    { kind: "coalesce", operands: [left, right] },
    { kind: "case", branches: [{ when: column("flag"), value: left }], otherwise: right },
    {
      kind: "case",
      branches: [
        { when: column("flag"), value: left },
        { when: column("flag_2"), value: right },
      ],
      otherwise: null,
    },
  ];
});

const [flag, flag2] = pairOf("bool");
const logic: readonly Expression[] = [
  { kind: "logic", operator: "and", operands: [flag, flag2] },
  { kind: "logic", operator: "or", operands: [flag, flag2] },
  { kind: "logic", operator: "and", operands: [flag] },
  { kind: "not", operand: flag },
];

const literals = Object.entries(edges).flatMap(
  ([type, texts]) =>
    texts
      // A database has more dates than a definition can contain, and a constant has no exponent.
      .filter((text) => !(type === "date" && text.length !== 10) && !(type === "decimal" && text.includes("e")))
      .map((text) => literal(type as Exclude<ScalarType, "json">, text)), // the keys of the table
);

/** Every kind of node, on every type it accepts, over columns only. */
export const shallowExpressions: readonly Expression[] = [
  ...Object.keys(columns).map(column),
  ...literals,
  ...arithmetic,
  ...comparisons,
  ...memberships,
  ...casts,
  ...gets,
  ...strings,
  ...dateParts,
  ...conditionals,
  ...logic,
];

/** Replacement for a node that is not portable or that differs between systems. */
function changed(node: Expression, pick: number): Expression {
  if (node.kind === "date_part") return { ...node, zone: "UTC" };
  if (node.kind === "sql") {
    const [left = literal("int32", null), right = left] = node.operands;
    return { kind: "comparison", operator: "=", left, right };
  }
  if (node.kind === "column" && pick % 2 === 0) return column(`${node.name}_2`);
  if (node.kind === "literal" && node.type !== "json" && pick % 3 === 0) {
    const texts = literals.filter((each) => each.type === node.type);
    const value = texts[pick % texts.length] ?? node;
    // The checks reject a constant start before the first character and a negative length.
    return node.type === "int32" ? node : value;
  }
  return node;
}

/** The compiler's random expressions restricted to portable ones, over more columns and constants. */
export const anyExpression: fc.Arbitrary<Expression> = fc
  .record({
    expression: fc.constantFrom(...anyTypes).chain((type) => rowExpression(type, 3)),
    picks: fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 }),
  })
  .map(({ expression, picks }) => {
    let node = 0;
    return mapExpression(expression, (each) => {
      node += 1;
      return changed(each, picks[node % picks.length] ?? 0);
    });
  });
