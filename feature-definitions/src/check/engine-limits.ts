import type { Expression } from "../ir/expressions";
import { childrenOf } from "../ir/visit";

/** A part of an expression that a kind of engine cannot compute as the language says, with the reason. */
export interface EngineLimit {
  readonly expression: Expression;
  readonly reason: string;
}

type Limits = (expression: Expression) => string | null;

const limitsOf: Readonly<Record<"postgres" | "duckdb", Limits>> = {
  postgres: () => null,
  duckdb: (expression) => {
    switch (expression.kind) {
      case "sql":
        return "it is text for PostgreSQL";
      case "json_get":
        return expression.path.includes("") ? "DuckDB cannot read the member of an object whose key is empty" : null;
      case "literal": {
        if (expression.type !== "decimal" || expression.value === null) return null;
        const [whole = "", fraction = ""] = String(expression.value).replace(/^-?0*/, "").split(".");
        return whole.length > 28 || fraction.replace(/0+$/, "").length > 10
          ? "a decimal has at most 28 digits before its point and 10 after it in DuckDB"
          : null;
      }
      default:
        return null;
    }
  },
};

/** Finds the first part of an expression, including itself, that this kind of engine cannot compute; null if there is none. */
export function engineLimit(kind: keyof typeof limitsOf, expression: Expression): EngineLimit | null {
  const reason = limitsOf[kind](expression);
  if (reason !== null) return { expression, reason };
  for (const child of childrenOf(expression)) {
    const limit = engineLimit(kind, child);
    if (limit) return limit;
  }
  return null;
}
