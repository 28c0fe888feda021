import { compileTrainingSet, type Entity } from "@featstore/definitions/compiler";
import type { RegistrySnapshot } from "../../registry/index";
import { resolveChoices } from "../../serving/index";
import { horizonSeconds, invalidLabel, type LabelRequest } from "./label-request";
import type { PlannedLabel } from "./plan-types";

const MAX_LABELS = 20;
const MAX_NAME_LENGTH = 200;

/**
 * Resolves labels against a snapshot. Errors: `label_invalid`, and those of `resolveChoices` about names.
 */
export function resolveLabels(
  snapshot: RegistrySnapshot,
  entity: Entity,
  requests: readonly LabelRequest[],
): readonly PlannedLabel[] {
  if (requests.length > MAX_LABELS)
    throw invalidLabel("labels", `there are ${requests.length}, at most ${MAX_LABELS} can be`);
  const labels = requests.map((request, index) => resolveLabel(snapshot, entity, request, `labels[${index}]`));
  for (const [index, { column, registered, feature, horizonSeconds: seconds }] of labels.entries()) {
    const before = labels.slice(0, index);
    if (before.some((other) => other.column === column))
      throw invalidLabel(`labels[${index}]`, `two labels have the name "${column}": rename one`);
    const isSame = (other: PlannedLabel) =>
      other.registered === registered && other.feature === feature && other.horizonSeconds === seconds;
    if (before.some(isSame)) throw invalidLabel(`labels[${index}]`, "duplicate of an earlier label");
  }
  return labels;
}

function resolveLabel(
  snapshot: RegistrySnapshot,
  entity: Entity,
  { feature: reference, horizon, name }: LabelRequest,
  path: string,
): PlannedLabel {
  const seconds = horizonSeconds(horizon, `${path}.horizon`);
  if (!reference.includes("."))
    throw invalidLabel(`${path}.feature`, `expected a feature such as view.feature, got "${reference.slice(0, 80)}"`);
  const [choice] =
    resolveChoices(snapshot, { features: [reference], service: undefined, entity: entity.name })?.choices ?? [];
  if (choice === undefined) throw new Error(`No choice of ${reference}`);
  const { label, registered, feature } = choice;
  if (name !== undefined && !(name.length > 0 && name.length <= MAX_NAME_LENGTH && !/\p{Cc}|\p{Surrogate}/u.test(name)))
    throw invalidLabel(`${path}.name`, `expected a column name of 1 to ${MAX_NAME_LENGTH} printable characters`);
  const [compiled] = compileTrainingSet({
    views: [{ view: registered.view, features: [feature.name] }],
    spine: { schema: "featstore", table: "spine" },
  }).columns;
  if (compiled?.withoutHistory !== false)
    throw invalidLabel(
      `${path}.feature`,
      `the source of "${reference}" keeps no history, so its value at that time is unknown`,
    );
  return { column: name ?? `label.${label}.${feature.name}`, registered, feature, horizonSeconds: seconds };
}
