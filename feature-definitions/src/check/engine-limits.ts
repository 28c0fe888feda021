import type { Expression } from "../ir/expressions";
import { childrenOf } from "../ir/visit";

/** The kind of the engine that computes a view: `postgres` is the PostgreSQL of the store, the others are settings. */
export type EngineKind = "postgres" | "duckdb" | "spark";

/** A kind of expression that an engine cannot compute as the language says. */
export interface EngineLimit {
  /** A name for it in a sentence: `an SQL expression`. */
  readonly node: string;
  readonly reason: string;
}

interface Rule extends EngineLimit {
  readonly holds: (expression: Expression) => boolean;
}

/** A lake's decimals have 28 digits before the point and 10 behind it. */
const ofLakes: readonly Rule[] = [
  { node: "an SQL expression", reason: "its text is PostgreSQL's", holds: ({ kind }) => kind === "sql" },
  {
    node: "a decimal constant with more than 28 digits before its point or 10 after it",
    reason: "a decimal has no more digits there",
    holds: isLongDecimal,
  },
];

/** Everything that `check` refuses of an engine. The guide lists it, and random views for the engine leave it out. */
export const engineRules: Readonly<Record<EngineKind, readonly Rule[]>> = {
  postgres: [],
  duckdb: [
    ...ofLakes,
    {
      node: "a path into JSON with an empty key",
      reason: "its paths have no empty keys",
      holds: (expression) => expression.kind === "json_get" && expression.path.includes(""),
    },
  ],
  spark: [
    ...ofLakes,
    {
      node: "a path into JSON with a key that is empty or `*`, begins with white space, or has `'` or `?` beside `.` or `[`",
      reason: "its paths cannot name such a key",
      holds: (expression) =>
        expression.kind === "json_get" && expression.path.some((step) => typeof step === "string" && !isSparkKey(step)),
    },
  ],
};

function isSparkKey(key: string): boolean {
  return key !== "" && key !== "*" && !/^\s/.test(key) && !(/['?]/.test(key) && /[.[]/.test(key));
}

function isLongDecimal(expression: Expression): boolean {
  if (expression.kind !== "literal" || expression.type !== "decimal" || expression.value === null) return false;
  const [whole = "", fraction = ""] = String(expression.value).replace(/^-?0*/, "").split(".");
  return whole.length > 28 || fraction.replace(/0+$/, "").length > 10;
}

/** The first part of an expression that a kind of engine cannot compute as the language says; null if there is none. */
export function engineLimit(kind: EngineKind, expression: Expression): EngineLimit | null {
  const rule = engineRules[kind].find(({ holds }) => holds(expression));
  if (rule !== undefined) return { node: rule.node, reason: rule.reason };
  for (const child of childrenOf(expression)) {
    const found = engineLimit(kind, child);
    if (found !== null) return found;
  }
  return null;
}
