import { type Entity, type Feature, scopeOf, servedFeatures, type ValueType } from "@featstore/definitions";
import type { OnlineRow } from "../stores/online-store";
import type { RegisteredView } from "../stores/registry";
import { type ChosenComputed, type ComputedSelection, createComputedSelection } from "./computed/computed-selection";
import { constantText } from "./computed/value-text";
import { type Answer, deprecationHeaders } from "./deprecation";
import { emptyRowOf } from "./empty-row";

/**
 * A value in the answer: one of a view's served values, or a vector that is read apart. `fallback`: the JSON text that is
 * answered instead of null; null where null is.
 */
export type SelectedFeature =
  | { readonly kind: "served"; readonly name: string; readonly position: number; readonly fallback: string | null }
  | { readonly kind: "vector"; readonly name: string; readonly fallback: null };

/** Where a view of another entity finds its keys: a value of a view that is read before it. */
export interface KeySource {
  /** The place of that view among the selection's. */
  readonly view: number;
  readonly position: number;
  readonly fallback: string | null;
}

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
  /** Those that are answered; none where the view is read only for what is computed or keyed by it. */
  readonly features: readonly SelectedFeature[];
  /** Where each served value of the view stands in its rows. */
  readonly positions: ReadonlyMap<string, number>;
  /** Whether something stands in for a null of `features`. */
  readonly hasFallbacks: boolean;
  /** Null: its rows have the key that was asked for. */
  readonly through: KeySource | null;
  /** `{"mood":`, `,"tempo":`: what stands before each value of `features` in an object. */
  readonly prefixes: readonly string[];
  /** The object with null, or what stands in for it, for every feature. */
  readonly nullObject: string;
  /** Names of the vectors to read. */
  readonly vectors: readonly string[];
  /** Names the entity's population, the same for views with the same; null without one, and for another entity's view. */
  readonly population: string | null;
  /** The row of a member that the generation does not have yet. */
  readonly emptyRow: () => OnlineRow;
}

/** A run of neighbouring values in a batch row that is one slice of one view's row. */
export interface ColumnRun {
  readonly view: number;
  readonly first: number;
  readonly last: number;
  /** What is answered where there is no row. */
  readonly nulls: string;
  /** Set: the run is this one vector. */
  readonly vector: string | null;
  /** Whether the run is one value for whose null `nulls` stands in. */
  readonly hasFallback: boolean;
}

/** A request's choice of features, resolved against one registry snapshot, for any number of reads. */
export interface Selection {
  readonly entity: Entity;
  readonly views: readonly SelectedView[];
  readonly runs: readonly ColumnRun[];
  /** JSON array of the batch's column names. */
  readonly columns: string;
  /** Their types, in the same order. */
  readonly columnTypes: readonly ValueType[];
  /** JSON array of the views' labels. */
  readonly labels: string;
  /** Labels of the views that need a tenant. */
  readonly scoped: readonly string[];
  readonly hasVectors: boolean;
  /** Whether a view's keys are values of another. */
  readonly isChained: boolean;
  /** What is computed for each row; null where nothing is. */
  readonly computed: ComputedSelection | null;
  /** What ends a single answer in which every view is complete. */
  readonly completeTail: string;
  /** JSON array of a row's statuses when every view is complete. */
  readonly completeStatuses: string;
  /** Whether an answer tells versions, generations and times. */
  readonly withMetadata: boolean;
  /** As of when it is read, microseconds since 1970 UTC; null: of the served generations. */
  readonly asOf: bigint | null;
  /** What every answer says of deprecated versions; null where it reads none. */
  readonly headers: Readonly<Record<string, string>> | null;
}

/** Whether answers depend on the moment of reading beside the selection, the id and what comes with the request. */
export function isMomentary({ computed, withMetadata, asOf }: Selection): boolean {
  return asOf === null && (withMetadata || computed?.readsAsOf === true);
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
  /** Set where the view is of another entity: the feature that holds the other's key. */
  readonly through?: Choice;
}

/** `lyric_sentiment.mood`, as a batch names it. */
export function columnOf({ label, feature }: Choice): string {
  return `${label}.${feature.name}`;
}

/** What is read beside what is answered. */
export interface SelectionExtras {
  readonly needed?: readonly Choice[] | undefined;
  readonly computed?: ChosenComputed | undefined;
}

/**
 * Precomputes a selection from its choices in the answer's order. `served` gives each view's generation, or refuses.
 */
export function createSelection(
  entity: Entity,
  choices: readonly Choice[],
  served: (choice: Choice) => { readonly table: string; readonly generation: number },
  { needed = [], computed }: SelectionExtras = {},
): Selection {
  const all = [...choices, ...needed];
  const labels = [...new Set(all.map((choice) => choice.label))];
  const unchained = labels.map((label) => {
    const [first] = all.filter((choice) => choice.label === label);
    if (first === undefined) throw new Error("a label without choices");
    const own = (each: Choice) => each.label === label;
    return createSelectedView(first, choices.filter(own), needed.filter(own), served(first));
  });
  const views = unchained.map((view) => {
    const through = all.find((choice) => choice.label === view.label)?.through;
    return through === undefined ? view : { ...view, through: keySource(through, unchained), population: null };
  });
  const statuses = labels.map((label) => `"${label}":"complete"`).join(",");
  const columns = choices.map(columnOf);
  return {
    entity,
    views,
    runs: createRuns(choices, labels, views),
    columns: JSON.stringify([...columns, ...(computed?.features ?? []).map(({ name }) => `computed.${name}`)]),
    columnTypes: [...choices.map(({ feature }) => feature.type), ...(computed?.features ?? []).map(({ type }) => type)],
    labels: JSON.stringify(labels),
    scoped: views.filter((view) => view.tenantScoped).map((view) => view.label),
    hasVectors: views.some((view) => view.vectors.length > 0),
    isChained: views.some((view) => view.through !== null),
    computed:
      computed === undefined
        ? null
        : createComputedSelection(computed, views, ({ column, view, feature }) => {
            const choice = all.find((each) => each.registered.view.name === view && each.feature.name === feature);
            if (choice === undefined) throw new Error(`the service does not read ${column}`);
            return choice;
          }),
    completeTail: `},"status":"complete","views":{${statuses}}`,
    completeStatuses: JSON.stringify(labels.map(() => "complete")),
    withMetadata: false,
    asOf: null,
    headers: deprecationHeaders(views.map((view) => view.registered)),
  };
}

function createSelectedView(
  { label, registered }: Choice,
  choices: readonly Choice[],
  needed: readonly Choice[],
  served: { readonly table: string; readonly generation: number },
): SelectedView {
  const { view } = registered;
  const positions = new Map(servedFeatures(view).map((feature, position) => [feature.name, position]));
  const features = choices.map(({ feature }): SelectedFeature => {
    const { name } = feature;
    const position = positions.get(name);
    return position === undefined
      ? { kind: "vector", name, fallback: null }
      : { kind: "served", name, position, fallback: defaultText(feature) };
  });
  const read = new Set([...choices, ...needed].map(({ feature }) => feature.name));
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
    positions,
    hasFallbacks: features.some(({ fallback }) => fallback !== null),
    through: null,
    prefixes: features.map(({ name }, index) => `${index === 0 ? "{" : ","}"${name}":`),
    nullObject: `{${features.map(({ name, fallback }) => `"${name}":${fallback ?? "null"}`).join(",")}}`,
    vectors: [...read].filter((name) => !positions.has(name)),
    population: population === null ? null : JSON.stringify(population),
    emptyRow: emptyRowOf(view),
  };
}

function defaultText({ type, default: fallback }: Feature): string | null {
  return fallback === undefined ? null : constantText(type, fallback);
}

function keySource({ label, feature }: Choice, views: readonly SelectedView[]): KeySource {
  const view = views.findIndex((candidate) => candidate.label === label);
  const position = views[view]?.positions.get(feature.name);
  if (position === undefined) throw new Error(`a key that is not read: ${label}.${feature.name}`);
  return { view, position, fallback: defaultText(feature) };
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
    const { kind, fallback } = feature;
    if (kind === "vector") {
      runs.push({ view, first: 0, last: 0, nulls: "null", vector: feature.name, hasFallback: false });
      continue;
    }
    const { position } = feature;
    const continues = last && last.view === view && last.vector === null && last.last + 1 === position;
    if (continues && !last.hasFallback && fallback === null) {
      runs[runs.length - 1] = { ...last, last: position, nulls: `${last.nulls},null` };
    } else {
      const hasFallback = fallback !== null;
      runs.push({ view, first: position, last: position, nulls: fallback ?? "null", vector: null, hasFallback });
    }
  }
  return runs;
}
