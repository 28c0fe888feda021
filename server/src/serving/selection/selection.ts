import { type Entity, type Feature, scopeOf, servedFeatures, type ValueType } from "@featstore/definitions/compiler";
import { deprecationHeaders } from "../../registry/index";
import { type ChosenComputed, type ComputedSelection, createComputedSelection } from "../computed/computed-selection";
import { constantText } from "../computed/value-text";
import { emptyRowOf } from "../read/empty-row";
import type { Answer } from "../render/answer";
import { type Choice, columnOf, type KeySource, type SelectedFeature, type SelectedView } from "./selected-view";

/** Neighbouring values in a batch row that are one slice of a view's row. */
export interface ColumnRun {
  readonly view: number;
  readonly first: number;
  readonly last: number;
  /** The text if there is no row. */
  readonly nulls: string;
  /** If set, the run is this one vector. */
  readonly vector: string | null;
  /** True if the run is one value with a default, which `nulls` holds. */
  readonly hasFallback: boolean;
}

/** A request's selection of features, resolved against one registry snapshot, for any number of reads. */
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
  /** True if keys of some view are values of another. */
  readonly isChained: boolean;
  /** The features computed for each row; null if there are none. */
  readonly computed: ComputedSelection | null;
  /** The end of a single response in which every view is complete. */
  readonly completeTail: string;
  /** JSON array of a row's statuses when every view is complete. */
  readonly completeStatuses: string;
  /** True if the response includes versions, generations and times. */
  readonly withMetadata: boolean;
  /** The as-of time, microseconds since 1970 UTC; null: the served generations. */
  readonly asOf: bigint | null;
  /** Headers for deprecated versions in every response; null if there are none. */
  readonly headers: Readonly<Record<string, string>> | null;
}

/** Returns whether responses depend on the time of reading, besides the selection, the id and the request's inputs. */
export function isMomentary({ computed, withMetadata, asOf }: Selection): boolean {
  return asOf === null && (withMetadata || computed?.readsAsOf === true);
}

/** Returns a text of the selection with the selection's headers. */
export function answerOf({ headers }: Selection, text: string): Answer {
  return headers === null ? text : { status: 200, contentType: "application/json", body: text, headers };
}

/** Features to read in addition to the selected ones. */
export interface SelectionExtras {
  readonly needed?: readonly Choice[] | undefined;
  readonly computed?: ChosenComputed | undefined;
}

/**
 * Precomputes a selection from its choices, in the order of the response. `served` returns each view's generation, or
 * throws.
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
