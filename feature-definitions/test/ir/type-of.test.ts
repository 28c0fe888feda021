import { describe, expect, expectTypeOf, test } from "vitest";
import type { SumType } from "../../src/author/aggregate";
import type { GatherType } from "../../src/author/gather";
import type { ArithmeticType, Cast, NullabilityOf, TypeOf } from "../../src/author/scalar-types";
import { rowOf } from "../../src/author/source";
import { type Expression, mapExpression, some, typeOf, type ValueType, walk } from "../../src/compiler";
import { aggregateType } from "../../src/ir/aggregates";
import { arithmeticType, isNullable } from "../../src/ir/type-of";
import {
  canCast,
  type castTargets,
  type GatheredType,
  gatheredTypes,
  isLosslessCast,
  type NumericType,
  numericTypes,
} from "../../src/ir/type-tables";
import { childrenOf } from "../../src/ir/visit";
import { events } from "../author/fixtures";

const row: object = rowOf(events.ir);
const column = (name: string): Expression => Reflect.get(row, name).expression;
const columns: Readonly<Record<string, Expression>> = {
  bool: column("flag"),
  int32: column("small"),
  int64: column("big"),
  float32: column("single"),
  float64: column("double"),
  decimal: column("money"),
  string: column("label"),
  timestamp: column("at"),
  date: column("day"),
  uuid: { kind: "column", name: "token", type: "uuid", nullable: false },
  json: column("data"),
};

describe("arithmetic", () => {
  // The static table, computed by the type checker for each pair.
  const table: {
    readonly [L in NumericType]: {
      readonly [R in NumericType]: readonly [ArithmeticType<L, R>, ArithmeticType<L, R, true>];
    };
  } = {
    int32: {
      int32: ["int32", "float64"],
      int64: ["int64", "float64"],
      float32: ["float64", "float64"],
      float64: ["float64", "float64"],
      decimal: ["decimal", "decimal"],
    },
    int64: {
      int32: ["int64", "float64"],
      int64: ["int64", "float64"],
      float32: ["float64", "float64"],
      float64: ["float64", "float64"],
      decimal: ["decimal", "decimal"],
    },
    float32: {
      int32: ["float64", "float64"],
      int64: ["float64", "float64"],
      float32: ["float64", "float64"],
      float64: ["float64", "float64"],
      decimal: ["decimal", "decimal"],
    },
    float64: {
      int32: ["float64", "float64"],
      int64: ["float64", "float64"],
      float32: ["float64", "float64"],
      float64: ["float64", "float64"],
      decimal: ["decimal", "decimal"],
    },
    decimal: {
      int32: ["decimal", "decimal"],
      int64: ["decimal", "decimal"],
      float32: ["decimal", "decimal"],
      float64: ["decimal", "decimal"],
      decimal: ["decimal", "decimal"],
    },
  };

  test("has the same types as the static types", () => {
    for (const left of numericTypes) {
      for (const right of numericTypes) {
        expect([arithmeticType("+", left, right), arithmeticType("/", left, right)]).toEqual(table[left][right]);
      }
    }
  });
});

test("sums have the same types as the static types", () => {
  const sums: { readonly [T in NumericType]: SumType<T> } = {
    int32: "int64",
    int64: "decimal",
    float32: "float64",
    float64: "float64",
    decimal: "decimal",
  };
  for (const type of numericTypes) {
    const operand = columns[type] ?? null;
    const sum: Expression = {
      kind: "aggregate",
      name: "sum",
      operand,
      where: null,
      overSeconds: null,
      ignoreNulls: false,
    };
    expect(typeOf(sum)).toBe(sums[type]);
    expect(isNullable(sum)).toBe(true);
  }
});

test("lists have the same types as the static types", () => {
  const lists: { readonly [T in GatheredType]: GatherType<T> } = {
    string: "string[]",
    uuid: "string[]",
    int32: "float64[]",
    float32: "float64[]",
    float64: "float64[]",
  };
  expect(Object.keys(lists)).toEqual([...gatheredTypes]);
  for (const type of gatheredTypes) {
    expect([aggregateType("last_n", type), aggregateType("collect", type)]).toEqual([lists[type], lists[type]]);
  }
});

describe("casts", () => {
  type Nulls<T extends keyof typeof castTargets> = {
    readonly [To in (typeof castTargets)[T][number]]: NullabilityOf<Cast<T, To, false, "row">>;
  };
  // Whether a cast of a non-null value may be null, by the static types.
  const nulls: { readonly [T in keyof typeof castTargets]: Nulls<T> } = {
    bool: { bool: false, int32: false, string: false },
    int32: { int32: false, int64: false, float32: false, float64: false, decimal: false, string: false },
    int64: { int32: true, int64: false, float32: false, float64: false, decimal: false, string: false },
    float32: { int32: true, int64: true, float32: false, float64: false },
    float64: { int32: true, int64: true, float32: true, float64: false },
    decimal: { int32: true, int64: true, float32: true, float64: true, decimal: false, string: false },
    string: {
      bool: true,
      int32: true,
      int64: true,
      float32: true,
      float64: true,
      decimal: true,
      string: false,
      timestamp: true,
      date: true,
      json: true,
    },
    timestamp: { timestamp: false, date: false },
    date: { date: false, timestamp: false },
    uuid: { uuid: false, string: false },
    json: {
      bool: true,
      int32: true,
      int64: true,
      float32: true,
      float64: true,
      decimal: true,
      string: true,
      timestamp: true,
      date: true,
      json: false,
      "string[]": true,
      "float64[]": true,
    },
  };

  test("are nullable exactly where the static types are", () => {
    for (const [from, targets] of Object.entries(nulls)) {
      const operand = columns[from];
      if (!operand) throw new Error(from);
      for (const [to, expected] of Object.entries(targets) as [ValueType, boolean][]) {
        expect([from, to, isNullable({ kind: "cast", operand, to, strict: false })]).toEqual([from, to, expected]);
        expect(canCast(typeOf(operand), to)).toBe(true);
      }
    }
  });

  test("are null when strict only if the input is", () => {
    const [text, data] = [column("label"), column("data")];
    expect(isNullable({ kind: "cast", operand: text, to: "int32", strict: true })).toBe(false);
    expect(isNullable({ kind: "cast", operand: data, to: "int32", strict: true })).toBe(true);
  });

  test("allow an array to be cast only to its own type", () => {
    expect([canCast("string[]", "string[]"), canCast("string[]", "string")]).toEqual([true, false]);
    expect([isLosslessCast("vector(3)", "vector(3)"), canCast("float64", "decimal")]).toEqual([true, false]);
  });
});

test("the static types of expressions match the table", () => {
  const source = events.where((e) => {
    expectTypeOf<TypeOf<ReturnType<typeof e.small.plus<0.5>>>>().toEqualTypeOf<"float64">();
    expectTypeOf<TypeOf<ReturnType<typeof e.small.plus<1>>>>().toEqualTypeOf<"int32">();
    expectTypeOf<NullabilityOf<ReturnType<typeof e.label.concat<["-", typeof e.note]>>>>().toEqualTypeOf<true>();
    expectTypeOf<NullabilityOf<ReturnType<typeof e.label.concat<["-"]>>>>().toEqualTypeOf<false>();
    return e.flag;
  });
  expect(source.ir.filter).toMatchObject({ kind: "column" });
});

describe("visiting", () => {
  const { filter } = events.where((e) => e.small.plus(1).gt(2).and(e.label.in("a"), e.note.isNull())).ir;
  if (!filter) throw new Error("no filter");

  test("walks parents first and visits every node", () => {
    const kinds: string[] = [];
    walk(filter, (expression) => void kinds.push(expression.kind));
    expect(kinds).toEqual([
      "logic",
      "comparison",
      "arithmetic",
      "column",
      "literal",
      "literal",
      "in",
      "column",
      "literal",
      "null_test",
      "column",
    ]);
    expect(some(filter, (expression) => expression.kind === "in")).toBe(true);
    expect(childrenOf(filter)).toHaveLength(3);
  });

  test("maps children first into a new tree", () => {
    const renamed = mapExpression(filter, (e) => (e.kind === "column" ? { ...e, name: `${e.name}_2` } : e));
    const names: string[] = [];
    walk(renamed, (expression) => void (expression.kind === "column" && names.push(expression.name)));
    expect(names).toEqual(["small_2", "label_2", "note_2"]);
    expect(mapExpression(filter, (expression) => expression)).toEqual(filter);
  });
});
