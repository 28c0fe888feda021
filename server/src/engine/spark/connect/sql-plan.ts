import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PlanSchema } from "./generated/spark/connect/base_pb";

/** Builds the plan of a statement; `parameters` are the values of `:p1`, `:p2`, …, as texts. Those that do not occur do no harm. */
export function sqlPlan(
  query: string,
  kind: "relation" | "command",
  parameters: readonly (string | null)[],
): MessageInitShape<typeof PlanSchema> {
  const namedArguments = Object.fromEntries(
    parameters.map((value, index) => [
      `p${index + 1}`,
      { exprType: { case: "literal" as const, value: literalOf(value) } },
    ]),
  );
  const relation = { relType: { case: "sql" as const, value: { query, namedArguments } } };
  if (kind === "relation") return { opType: { case: "root", value: relation } };
  return {
    opType: {
      case: "command",
      value: { commandType: { case: "sqlCommand", value: { input: relation } } },
    },
  };
}

function literalOf(value: string | null) {
  if (value !== null) return { literalType: { case: "string" as const, value } };
  return { literalType: { case: "null" as const, value: { kind: { case: "string" as const, value: {} } } } };
}
