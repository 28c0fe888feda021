import {
  type CompiledTrainingSet,
  chooseStrategy,
  compileFanOut,
  compileTrainingSet,
  type Entity,
  type Feature,
  type Source,
  scopeOf,
} from "@featstore/definitions";
import type { CallOptions, Database } from "../../database/database";
import { FeatstoreError } from "../../errors";
import type { RegisteredView, RegistrySnapshot } from "../../stores/registry";
import { findVersion, resolveChoices, versionLabel } from "../resolve-selection";

/** A feature of a training set, pinned: what a rerun asks for again. */
export interface PinnedFeature {
  /** As the batch answers of the API call it: `lyric_sentiment.mood`. */
  readonly column: string;
  readonly view: string;
  readonly version: number;
  readonly feature: string;
}

export interface PlannedFeature {
  readonly column: string;
  readonly registered: RegisteredView;
  readonly feature: Feature;
}

/** What a training set is made of, resolved against one registry snapshot. */
export interface TrainingPlan {
  readonly entity: Entity;
  readonly features: readonly PlannedFeature[];
  /** In the order of the compiled statement's event times. */
  readonly views: readonly RegisteredView[];
  /** Every source that the values depend on, populations included. */
  readonly sources: readonly Source[];
  readonly tenant: string | null;
  /** The scope of the spine's rows: the tenant where a view needs one, else ''. */
  readonly scope: string;
}

export interface TrainingSelection {
  readonly service?: string | undefined;
  readonly features?: readonly string[] | undefined;
  readonly entity?: string | undefined;
}

/**
 * Resolves a service or features. Errors: those of `resolveSelection` about names, `invalid_selection` where neither is
 * given, `tenant_required`.
 */
export function planTrainingSet(
  snapshot: RegistrySnapshot,
  { service, features, entity }: TrainingSelection,
  tenant: string | null,
): TrainingPlan {
  const chosen = resolveChoices(snapshot, { service, features, entity });
  if (chosen === undefined)
    throw new FeatstoreError("invalid_selection", "Say which features are wanted: give a service or features.");
  return planOf(
    chosen.entity,
    chosen.choices.map(({ label, registered, feature }) => ({
      column: `${label}.${feature.name}`,
      registered,
      feature,
    })),
    tenant,
  );
}

/** The plan of a training set that was made before, with the same versions. Errors: as `planTrainingSet`. */
export function planAgain(
  snapshot: RegistrySnapshot,
  pinned: readonly PinnedFeature[],
  tenant: string | null,
): TrainingPlan {
  const features = pinned.map(({ column, view, version, feature: name }) => {
    const registered = findVersion(snapshot, view, String(version));
    const feature = registered.view.features.find((candidate) => candidate.name === name);
    if (feature === undefined)
      throw new FeatstoreError("feature_not_found", `There is no feature "${name}" in "${versionLabel(registered)}".`);
    return { column, registered, feature };
  });
  const [first] = features;
  if (first === undefined) throw new FeatstoreError("invalid_selection", "The selection names no feature.");
  return planOf(first.registered.view.entity, features, tenant);
}

function planOf(entity: Entity, features: readonly PlannedFeature[], tenant: string | null): TrainingPlan {
  const views = [...new Set(features.map(({ registered }) => registered))];
  const scoped = views.filter(({ view }) => scopeOf(view) === "tenant").map(versionLabel);
  if (scoped.length > 0 && tenant === null)
    throw new FeatstoreError(
      "tenant_required",
      `${scoped.map((label) => `"${label}"`).join(", ")} holds rows of tenants: use a key that is bound to one.`,
      { errors: scoped.map((label) => ({ place: label, detail: "it needs a tenant" })) },
    );
  const sources = views.flatMap(({ view }) =>
    view.entity.population === null ? [view.source] : [view.source, view.entity.population],
  );
  const different = new Map(sources.map((source) => [JSON.stringify([source.relation, source.tenant]), source]));
  return {
    entity,
    features,
    views,
    sources: [...different.values()],
    tenant,
    scope: scoped.length > 0 ? (tenant ?? "") : "",
  };
}

/** The statement over a spine's table, with the place of each feature among its columns. */
export interface PlannedStatement {
  readonly compiled: CompiledTrainingSet;
  /** `f3` for each feature of the plan, in the plan's order. */
  readonly names: readonly string[];
  /** Whether a feature's source keeps no history, so that it is null throughout; in the plan's order. */
  readonly withoutHistory: readonly boolean[];
  /** Pairs of source rows and spine rows that each view's join has to look at, as measured; in the order of the views. */
  readonly joinedRows: readonly number[];
}

/**
 * Measures how a loaded spine meets each view's source, and compiles the cheaper way of each.
 * Errors: `training_set_too_costly` where a join that no feature lets be avoided looks at more pairs than allowed.
 */
export async function compilePlan(
  database: Database,
  { views, features }: TrainingPlan,
  spine: { readonly table: string; readonly rows: number },
  mostJoinedRows: number,
  options: CallOptions,
): Promise<PlannedStatement> {
  const table = { schema: "featstore", table: spine.table };
  const planned = [];
  const joinedRows: number[] = [];
  for (const registered of views) {
    const { view } = registered;
    const own = features.filter((each) => each.registered === registered).map(({ feature }) => feature.name);
    const [row] = await database.query<{ source_rows: string; joined_rows: string }>(
      compileFanOut(view, table),
      options,
    );
    const fanOut = { sourceRows: Number(row?.source_rows ?? 0), joinedRows: Number(row?.joined_rows ?? 0) };
    const strategy = chooseStrategy({ view, features: own }, spine.rows, fanOut);
    if (strategy === "join" && fanOut.joinedRows > mostJoinedRows)
      throw tooCostly(versionLabel(registered), fanOut, mostJoinedRows);
    planned.push({ view, features: own, strategy });
    joinedRows.push(fanOut.joinedRows);
  }
  const compiled = compileTrainingSet({ views: planned, spine: table });
  const columns = features.map(({ registered: { view }, feature }) => {
    const column = compiled.columns.find(
      (each) => each.view === view.name && each.version === view.version && each.feature === feature.name,
    );
    if (column === undefined) throw new Error(`The statement has no ${view.name}@${view.version}.${feature.name}`);
    return column;
  });
  return {
    compiled,
    names: columns.map(({ name }) => name),
    withoutHistory: columns.map(({ withoutHistory }) => withoutHistory),
    joinedRows,
  };
}

function tooCostly(label: string, { joinedRows }: { readonly joinedRows: number }, most: number): FeatstoreError {
  return new FeatstoreError(
    "training_set_too_costly",
    `"${label}" has aggregates that do not merge, and ${joinedRows} pairs of source and spine rows to look at; training_sets.joined_rows allows ${most}. Ask for fewer rows or times, or leave those features out.`,
    { errors: [{ place: label, detail: `${joinedRows} pairs, of at most ${most}` }] },
  );
}
