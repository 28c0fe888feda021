import { type Entity, type Feature, scopeOf, servedFeatures } from "@featstore/definitions";
import type { RegisteredView } from "../stores/registry";
import { type Answer, deprecationHeaders } from "./deprecation";

/** A value in the answer: one of a view's served values, or a vector that is read apart. */
export type SelectedFeature =
  | { readonly kind: "served"; readonly name: string; readonly position: number }
  | { readonly kind: "vector"; readonly name: string };

/** What one view gives to an answer, with every text that does not depend on the row. */
export interface SelectedView {
  /** How the answer names it: `lyric_sentiment`, or `lyric_sentiment@2` where it was asked for so. */
  readonly label: string;
  readonly registered: RegisteredView;
  readonly table: string;
  readonly generation: number;
  readonly tenantScoped: boolean;
  /** A tenant without facts of its own finds a member's empty row in the shared scope. */
  readonly fallsBack: boolean;
  /** Microseconds; null: rows do not expire. */
  readonly ttl: number | null;
  readonly features: readonly SelectedFeature[];
  /** `{"mood":`, `,"tempo":`: what stands before each value of `features` in an object. */
  readonly prefixes: readonly string[];
  /** The object with null for every feature. */
  readonly nullObject: string;
  /** Names of the vectors among `features`. */
  readonly vectors: readonly string[];
}

/** A run of neighbouring values in a batch row that is one slice of one view's row. */
export interface ColumnRun {
  readonly view: number;
  readonly first: number;
  readonly last: number;
  readonly nulls: string;
  /** Set: the run is this one vector. */
  readonly vector: string | null;
}

/** A request's choice of features, resolved against one registry snapshot, for any number of reads. */
export interface Selection {
  readonly entity: Entity;
  readonly views: readonly SelectedView[];
  readonly runs: readonly ColumnRun[];
  /** JSON array of the batch's column names. */
  readonly columns: string;
  /** JSON array of the views' labels. */
  readonly labels: string;
  /** Labels of the views that need a tenant. */
  readonly scoped: readonly string[];
  readonly hasVectors: boolean;
  /** What ends a single answer in which every view is complete. */
  readonly completeTail: string;
  /** JSON array of a row's statuses when every view is complete. */
  readonly completeStatuses: string;
  /** Whether a single answer tells versions, generations and times. */
  readonly withMetadata: boolean;
  /** What every answer says of deprecated versions; null where it reads none. */
  readonly headers: Readonly<Record<string, string>> | null;
}

/** The answer that a text of the selection is. */
export function answerOf({ headers }: Selection, text: string): Answer {
  return headers === null ? text : { status: 200, contentType: "application/json", body: text, headers };
}

/** One chosen feature: the label of its view, the view, and the feature. */
export interface Choice {
  readonly label: string;
  readonly registered: RegisteredView;
  readonly feature: Feature;
}

/**
 * Precomputes a selection from its choices in the answer's order. `served` gives each view's generation, or refuses.
 */
export function createSelection(
  entity: Entity,
  choices: readonly Choice[],
  served: (choice: Choice) => { readonly table: string; readonly generation: number },
): Selection {
  const labels = [...new Set(choices.map((choice) => choice.label))];
  const views = labels.map((label) => {
    const own = choices.filter((choice) => choice.label === label);
    const [first] = own;
    if (first === undefined) throw new Error("a label without choices");
    return createSelectedView(first, own, served(first));
  });
  const statuses = labels.map((label) => `"${label}":"complete"`).join(",");
  return {
    entity,
    views,
    runs: createRuns(choices, labels, views),
    columns: JSON.stringify(choices.map((choice) => `${choice.label}.${choice.feature.name}`)),
    labels: JSON.stringify(labels),
    scoped: views.filter((view) => view.tenantScoped).map((view) => view.label),
    hasVectors: views.some((view) => view.vectors.length > 0),
    completeTail: `},"status":"complete","views":{${statuses}}`,
    completeStatuses: JSON.stringify(labels.map(() => "complete")),
    withMetadata: false,
    headers: deprecationHeaders(views.map((view) => view.registered)),
  };
}

function createSelectedView(
  { label, registered }: Choice,
  choices: readonly Choice[],
  served: { readonly table: string; readonly generation: number },
): SelectedView {
  const { view } = registered;
  const positions = new Map(servedFeatures(view).map((feature, position) => [feature.name, position]));
  const features = choices.map(({ feature: { name } }): SelectedFeature => {
    const position = positions.get(name);
    return position === undefined ? { kind: "vector", name } : { kind: "served", name, position };
  });
  const population = view.entity.population;
  return {
    label,
    registered,
    table: served.table,
    generation: served.generation,
    tenantScoped: scopeOf(view) === "tenant",
    fallsBack: view.source.tenant !== null && population !== null && population.tenant === null,
    ttl: view.ttlSeconds === null ? null : view.ttlSeconds * 1_000_000,
    features,
    prefixes: features.map(({ name }, index) => `${index === 0 ? "{" : ","}"${name}":`),
    nullObject: `{${features.map(({ name }) => `"${name}":null`).join(",")}}`,
    vectors: features.filter((feature) => feature.kind === "vector").map((feature) => feature.name),
  };
}

function createRuns(
  choices: readonly Choice[],
  labels: readonly string[],
  views: readonly SelectedView[],
): readonly ColumnRun[] {
  const runs: ColumnRun[] = [];
  for (const choice of choices) {
    const view = labels.indexOf(choice.label);
    const feature = views[view]?.features.find((candidate) => candidate.name === choice.feature.name);
    if (feature === undefined) throw new Error("a choice without its feature");
    const last = runs.at(-1);
    if (feature.kind === "vector") {
      runs.push({ view, first: 0, last: 0, nulls: "null", vector: feature.name });
    } else if (last && last.view === view && last.vector === null && last.last + 1 === feature.position) {
      runs[runs.length - 1] = { ...last, last: feature.position, nulls: `${last.nulls},null` };
    } else {
      runs.push({ view, first: feature.position, last: feature.position, nulls: "null", vector: null });
    }
  }
  return runs;
}
