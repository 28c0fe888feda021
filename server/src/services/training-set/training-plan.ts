import {
  COMPUTED,
  type ComputedFeature,
  type Entity,
  type Feature,
  type PlainSource,
  plainSources,
  type ServiceInput,
  scopeOf,
} from "@featstore/definitions";
import { FeatstoreError } from "../../errors";
import type { RegisteredView, RegistrySnapshot } from "../../stores/registry";
import { findVersion, type NamedChoices, resolveChoices, versionLabel } from "../resolve-selection";
import type { Choice } from "../selection";
import type { LabelRequest } from "./label-request";
import { resolveLabels } from "./resolve-labels";

/** A feature of a training set, pinned: what a rerun asks for again. */
export interface PinnedFeature {
  /** As the batch answers of the API call it: `lyric_sentiment.mood`. */
  readonly column: string;
  readonly view: string;
  readonly version: number;
  readonly feature: string;
}

/** A label of a training set, pinned. */
export interface PinnedLabel extends PinnedFeature {
  readonly horizonSeconds: number;
}

export interface PlannedFeature {
  readonly column: string;
  readonly registered: RegisteredView;
  readonly feature: Feature;
  /** Set where the view is of another entity: the feature that holds the other's key. */
  readonly through?: PlannedFeature;
}

/** A service that computes or reaches other entities, pinned: its own choice is what a rerun makes again. */
export interface PinnedService {
  /** `recommender@1` */
  readonly service: string;
  /** The part of it that is wanted; null: all. */
  readonly features: readonly string[] | null;
}

/** A feature whose value so much later than the spine row's time is what is to be predicted. */
export interface PlannedLabel extends PlannedFeature {
  readonly horizonSeconds: number;
}

/** What a training set is made of, resolved against one registry snapshot. */
export interface TrainingPlan {
  readonly entity: Entity;
  readonly features: readonly PlannedFeature[];
  /** What must be read beside them: for what is computed, and for the keys of other entities. */
  readonly needed: readonly PlannedFeature[];
  /** What a service computes of them; they come after the features. */
  readonly computed: readonly ComputedFeature[];
  /** What the service takes from the spine's other columns. */
  readonly inputs: readonly ServiceInput[];
  readonly service: PinnedService | null;
  readonly labels: readonly PlannedLabel[];
  /** The features', and those of `needed`, in the order of the compiled statement's event times. */
  readonly views: readonly RegisteredView[];
  /** Every table and query that the values depend on, those that extend others and populations included. */
  readonly sources: readonly PlainSource[];
  readonly tenant: string | null;
  /** The scope of the spine's rows: the tenant where a view needs one, else ''. */
  readonly scope: string;
}

/** What `planAgain` needs to make a plan again. */
export interface PinnedPlan {
  readonly features: readonly PinnedFeature[];
  readonly labels: readonly PinnedLabel[];
  readonly service: PinnedService | null;
}

export interface TrainingSelection {
  readonly service?: string | undefined;
  readonly features?: readonly string[] | undefined;
  readonly entity?: string | undefined;
  readonly labels?: readonly LabelRequest[] | undefined;
}

/**
 * Resolves a service or features. Errors: those of `resolveSelection` about names, `invalid_selection` where neither is
 * given, `tenant_required`, `label_invalid`.
 */
export function planTrainingSet(
  snapshot: RegistrySnapshot,
  { service, features, entity, labels = [] }: TrainingSelection,
  tenant: string | null,
): TrainingPlan {
  const chosen = resolveChoices(snapshot, { service, features, entity });
  if (chosen === undefined)
    throw new FeatstoreError("invalid_selection", "Say which features are wanted: give a service or features.");
  return planOf(chosen, service, features, resolveLabels(snapshot, chosen.entity, labels), tenant);
}

/** The plan of a training set that was made before, with the same versions. Errors: as `planTrainingSet`. */
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

/** A column without its feature: `lyric_sentiment`, `lyric_sentiment@2`. */
function labelOf({ column, feature }: PinnedFeature): string {
  return column.slice(0, -feature.length - 1);
}

/** What `planAgain` takes to make the same plan. */
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
      // Those of one key after another, as they are compiled.
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

/** The features of other entities, by the feature that holds the key. */
export function groupsJoined(features: readonly PlannedFeature[]): readonly (readonly PlannedFeature[])[] {
  const groups = new Map<string, PlannedFeature[]>();
  for (const feature of features) {
    if (feature.through === undefined) continue;
    const key = feature.through.column;
    groups.set(key, [...(groups.get(key) ?? []), feature]);
  }
  return [...groups.values()];
}

/** Every column that is made, in the file's order; the labels come after them. */
export function columnsMade({ features, computed }: Pick<TrainingPlan, "features" | "computed">) {
  return [
    ...features.map(({ column, feature }) => ({ column, type: feature.type })),
    ...computed.map(({ name, type }) => ({ column: `${COMPUTED}.${name}`, type })),
  ];
}

/** The same for sources whose rows are the same. */
export function sourceIdentity({ relation, tenant }: PlainSource): string {
  return JSON.stringify([relation, tenant]);
}
