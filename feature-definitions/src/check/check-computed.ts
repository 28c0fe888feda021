import type { Expression } from "../ir/expressions";
import type { ComputedFeature, ServiceInput } from "../ir/nodes";
import { AS_OF, COMPUTED, INPUT, inputColumnName } from "../ir/service-columns";
import { vectorDimensions } from "../ir/types";
import { walk } from "../ir/visit";
import { checkContract, checkDeclaredType } from "./check-contract";
import { checkDefault } from "./check-default";
import { checkName, repeated } from "./check-names";
import { checkVectorType } from "./check-operands";
import { checkReads, type Declared, unportableNode } from "./check-reads";
import type { FoundFeature } from "./check-reference";
import { nearestName } from "./nearest";
import type { Report } from "./report";

/** The features and inputs that a service's computed features may read. */
export interface Readable {
  /** Picked features by column name; undefined for one already reported as unknown. */
  readonly features: ReadonlyMap<string, FoundFeature | undefined>;
  readonly inputs: readonly ServiceInput[];
}

interface Context extends Readable {
  readonly report: Report;
  readonly path: string;
}

/** The feature or input that a column reads; undefined if there is none. */
function declarationOf({ report, path, features, inputs }: Context, name: string): Declared | undefined {
  if (features.has(name)) {
    const found = features.get(name);
    // Features without a default are null for an unknown, missing or expired entity.
    return found && { type: found.feature.type, nullable: found.feature.default === undefined };
  }
  const input = inputs.find((candidate) => inputColumnName(candidate) === name);
  if (input) return input;
  if (name === AS_OF) return { type: "timestamp", nullable: false };
  if (name.startsWith(`${COMPUTED}.`)) report("computed_reads_computed", path, { name });
  else if (name.startsWith(`${INPUT}.`)) {
    const own = name.slice(INPUT.length + 1);
    const nearest = nearestName(
      own,
      inputs.map((candidate) => candidate.name),
    );
    report("input_unknown", path, { name: own, nearest });
  } else report("computed_feature_unknown", path, { name, nearest: nearestName(name, features.keys()) });
  return undefined;
}

function checkPortable({ report, path }: Context, expression: Expression): void {
  const unportable = unportableNode(expression);
  if (unportable !== null) report("computed_not_portable", path, unportable);
}

/** Vectors of different models are not comparable, whatever their dimensions. */
function checkSpaces({ report, path, features }: Context, expression: Expression): void {
  const spaceOf = (side: Expression): string | undefined =>
    side.kind === "column" ? features.get(side.name)?.feature.embedding?.space : undefined;
  walk(expression, (node) => {
    if (node.kind !== "vector_function") return;
    const [left, right] = [spaceOf(node.left), spaceOf(node.right)];
    if (left !== undefined && right !== undefined && left !== right) {
      report("spaces_incomparable", path, { left, right });
    }
  });
}

/** Checks a service's computed features. */
export function checkComputed(report: Report, computed: readonly ComputedFeature[], readable: Readable): void {
  for (const name of repeated(computed.map((feature) => feature.name))) {
    report("feature_duplicate", `${COMPUTED}.${name}`, { name });
  }
  for (const feature of computed) {
    const { name, expression, type } = feature;
    const path = `${COMPUTED}.${name}`;
    const context: Context = { ...readable, report, path };
    checkName(report, path, name);
    checkReads({ ...context, declarationOf: (column) => declarationOf(context, column) }, expression);
    checkPortable(context, expression);
    checkSpaces(context, expression);
    checkDeclaredType(report, path, feature);
    checkVectorType(report, path, type);
    if (vectorDimensions(type) !== undefined) report("computed_vector", path, { type });
    checkContract(report, path, feature);
    checkDefault(report, path, feature);
  }
}
