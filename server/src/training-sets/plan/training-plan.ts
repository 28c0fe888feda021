import { COMPUTED, type Entity, type PlainSource, plainSources, scopeOf } from "@featstore/definitions/compiler";
import { FeatstoreError } from "../../core/index";
import { groupsJoined, withoutHistory } from "../../engine/index";
import { findVersion, type RegistrySnapshot, versionLabel } from "../../registry/index";
import { type Choice, type NamedChoices, resolveChoices } from "../../serving/index";
import { horizonSeconds, invalidLabel, type LabelRequest } from "./label-request";
import type { PinnedFeature, PinnedPlan, PlannedFeature, PlannedLabel, TrainingPlan } from "./plan-types";

const MAX_LABELS = 20;
const MAX_NAME_LENGTH = 200;

export interface TrainingSelection {
  readonly service?: string | undefined;
  readonly features?: readonly string[] | undefined;
  readonly entity?: string | undefined;
  readonly labels?: readonly LabelRequest[] | undefined;
}

/**
 * Resolves a service or features. Errors: those of `resolveSelection` about names, `invalid_selection` without either,
 * `tenant_required`, `label_invalid`.
 */
export function planTrainingSet(
  snapshot: RegistrySnapshot,
  { service, features, entity, labels = [] }: TrainingSelection,
  tenant: string | null,
): TrainingPlan {
  const chosen = resolveChoices(snapshot, { service, features, entity });
  if (chosen === undefined)
    throw new FeatstoreError("invalid_selection", "The request selects no features: name a service or features.");
  return planOf(chosen, service, features, resolveLabels(snapshot, chosen.entity, labels), tenant);
}

/** Rebuilds the plan of an earlier training set with the same versions. Errors: as `planTrainingSet`. */
export function planAgain(
  snapshot: RegistrySnapshot,
  { features, labels, service }: PinnedPlan,
  tenant: string | null,
): TrainingPlan {
  const find = ({ view, version, feature: name }: PinnedFeature) => {
    const registered = findVersion(snapshot, view, String(version));
    const feature = registered.view.features.find((candidate) => candidate.name === name);
    if (feature === undefined)
      throw new FeatstoreError("feature_not_found", `There is no feature "${name}" in "${versionLabel(registered)}".`);
    return { registered, feature };
  };
  const plannedLabels = labels.map((label): PlannedLabel => {
    const { column, horizonSeconds } = label;
    return { column, horizonSeconds, ...find(label) };
  });
  if (service !== null) {
    const request = { service: service.service, features: service.features ?? undefined, entity: undefined };
    const chosen = resolveChoices(snapshot, request);
    if (chosen === undefined) throw new Error(`No choice of ${service.service}`);
    return planOf(chosen, service.service, request.features, plannedLabels, tenant);
  }
  const choices = features.map((pinned): Choice => ({ label: labelOf(pinned), ...find(pinned) }));
  const [first] = choices;
  if (first === undefined) throw new FeatstoreError("invalid_selection", "The selection names no feature.");
  const { entity } = first.registered.view;
  return planOf({ entity, choices, needed: [] }, undefined, undefined, plannedLabels, tenant);
}

/** Returns a column's view label: `speech_sentiment`, `speech_sentiment@2`. */
function labelOf({ column, feature }: PinnedFeature): string {
  return column.slice(0, -feature.length - 1);
}

/** Pins a planned feature for `planAgain`. */
export function pinnedOf({ column, registered: { view }, feature }: PlannedFeature): PinnedFeature {
  return { column, view: view.name, version: view.version, feature: feature.name };
}

function planOf(
  { entity, choices, needed: more, computed }: NamedChoices,
  service: string | undefined,
  part: readonly string[] | undefined,
  labels: readonly PlannedLabel[],
  tenant: string | null,
): TrainingPlan {
  const features = choices.map(plannedOf);
  const needed = more.map(plannedOf);
  const read = [...features, ...needed];
  const views = [
    ...new Set([
      ...read.filter(({ through }) => through === undefined).map(({ registered }) => registered),
      // Grouped by key, in the order of compilation.
      ...groupsJoined(read).flatMap((group) => group.map(({ registered }) => registered)),
    ]),
  ];
  const isPinnedWhole = computed !== undefined || read.some(({ through }) => through !== undefined);
  const name = computed === undefined ? service : `${computed.service.name}@${computed.service.version}`;
  const all = [...new Set([...views, ...labels.map(({ registered }) => registered)])];
  const scoped = all.filter(({ view }) => scopeOf(view) === "tenant").map(versionLabel);
  if (scoped.length > 0 && tenant === null)
    throw new FeatstoreError(
      "tenant_required",
      `${scoped.map((label) => `"${label}"`).join(", ")} holds rows of tenants: use a key that is bound to one (on the command line --tenant).`,
      { errors: scoped.map((label) => ({ path: label, detail: "it needs a tenant" })) },
    );
  const sources = all
    .flatMap(({ view }) => (view.entity.population === null ? [view.source] : [view.source, view.entity.population]))
    .flatMap(plainSources);
  const different = new Map(sources.map((source) => [sourceIdentity(source), source]));
  return {
    entity,
    features,
    needed,
    computed: computed?.features ?? [],
    inputs: computed?.service.inputs ?? [],
    service: isPinnedWhole && name !== undefined ? { service: name, features: part ?? null } : null,
    labels,
    views,
    sources: [...different.values()],
    tenant,
    scope: scoped.length > 0 ? (tenant ?? "") : "",
  };
}

function plannedOf({ label, registered, feature, through }: Choice): PlannedFeature {
  const column = `${label}.${feature.name}`;
  return { column, registered, feature, ...(through === undefined ? {} : { through: plannedOf(through) }) };
}

/** Returns the result's feature columns in the file's order; the labels follow them. */
export function columnsMade({ features, computed }: Pick<TrainingPlan, "features" | "computed">) {
  return [
    ...features.map(({ column, feature }) => ({ column, type: feature.type })),
    ...computed.map(({ name, type }) => ({ column: `${COMPUTED}.${name}`, type })),
  ];
}

/** Returns a text that is equal for sources with the same rows. */
export function sourceIdentity({ relation, tenant }: PlainSource): string {
  return JSON.stringify([relation, tenant]);
}

/**
 * Resolves labels against a snapshot. Errors: `label_invalid`, and those of `resolveChoices` about names.
 */
function resolveLabels(
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
  if (withoutHistory(registered.view).has(feature.name))
    throw invalidLabel(
      `${path}.feature`,
      `the source of "${reference}" keeps no history, so its value at that time is unknown`,
    );
  return { column: name ?? `label.${label}.${feature.name}`, registered, feature, horizonSeconds: seconds };
}
