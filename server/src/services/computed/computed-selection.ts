import {
  AS_OF,
  type ComputedFeature,
  columnsRead,
  compileEvaluator,
  type Evaluator,
  type FeatureService,
  INPUT,
  inputColumnName,
  type PortableValue,
  type ServiceInput,
} from "@featstore/definitions";
import type { Choice, SelectedView } from "../selection";
import { inputReader } from "./read-input";
import { constantText, constantValue, valueReader, valueWriter } from "./value-text";

/** What a request wants computed: some or all of what a service computes. */
export interface ChosenComputed {
  readonly service: FeatureService;
  readonly features: readonly ComputedFeature[];
}

/** An input as the service declares it, and how its value is read from JSON text. */
export interface SelectedInput {
  readonly name: string;
  /** As expressions name it: `input.today`. */
  readonly column: string;
  readonly type: ServiceInput["type"];
  readonly required: boolean;
  read(json: string): PortableValue;
}

/** A stored value that some expression reads. */
export interface StoredColumn {
  /** As expressions name it: `track_profile.released_on`. */
  readonly column: string;
  /** The place of its view among the selection's. */
  readonly view: number;
  /** Its place in a row; null: it is a vector, which is read apart. */
  readonly position: number | null;
  readonly feature: string;
  readonly fallback: PortableValue;
  read(json: string): PortableValue;
}

export interface SelectedComputed {
  readonly name: string;
  readonly type: ComputedFeature["type"];
  /** The columns that its expression reads. */
  readonly reads: readonly string[];
  readonly isPersonal: boolean;
  readonly evaluate: Evaluator;
  write(value: PortableValue): string;
  /** JSON text; null: null is answered. */
  readonly fallback: string | null;
}

/** What is computed for each row, with all that does not depend on it. */
export interface ComputedSelection {
  /** `recommender@1` */
  readonly service: string;
  readonly inputs: readonly SelectedInput[];
  /** Whether what is computed changes as time passes. */
  readonly readsAsOf: boolean;
  readonly stored: readonly StoredColumn[];
  readonly features: readonly SelectedComputed[];
}

/** A column of an expression that reads stored values: the names of its view and its feature. */
export interface ReadColumn {
  readonly column: string;
  readonly view: string;
  readonly feature: string;
}

/** The stored features that expressions read, each once. */
export function storedColumnsRead(features: readonly ComputedFeature[]): readonly ReadColumn[] {
  return namesRead(features)
    .filter((column) => column !== AS_OF && !column.startsWith(`${INPUT}.`))
    .map((column) => {
      const dot = column.indexOf(".");
      return { column, view: column.slice(0, dot), feature: column.slice(dot + 1) };
    });
}

/** Compiles what is computed, over the views that the selection reads. `choiceOf` finds a column among them. */
export function createComputedSelection(
  { service, features }: ChosenComputed,
  views: readonly SelectedView[],
  choiceOf: (column: ReadColumn) => Choice,
): ComputedSelection {
  const isWhole = features.length === (service.computed ?? []).length;
  const read = new Set(namesRead(features));
  return {
    service: `${service.name}@${service.version}`,
    inputs: (service.inputs ?? []).map((input) => {
      const column = inputColumnName(input);
      return {
        name: input.name,
        column,
        type: input.type,
        // Who wants only some of what is computed need not send what only the rest reads.
        required: !input.nullable && (isWhole || read.has(column)),
        read: inputReader(input),
      };
    }),
    readsAsOf: read.has(AS_OF),
    stored: storedColumnsRead(features).map((column) => storedColumn(column, choiceOf(column), views)),
    features: features.map((feature) => ({
      name: feature.name,
      type: feature.type,
      reads: namesRead([feature]),
      isPersonal: feature.contract.pii === true,
      evaluate: compileEvaluator(feature.expression),
      write: valueWriter(feature.type),
      fallback: feature.default === undefined ? null : constantText(feature.type, feature.default),
    })),
  };
}

function storedColumn(
  { column }: ReadColumn,
  { label, feature }: Choice,
  views: readonly SelectedView[],
): StoredColumn {
  const view = views.findIndex((candidate) => candidate.label === label);
  return {
    column,
    view,
    position: views[view]?.positions.get(feature.name) ?? null,
    feature: feature.name,
    fallback: feature.default === undefined ? null : constantValue(feature.type, feature.default),
    read: valueReader(feature.type),
  };
}

/** The columns that expressions read, inputs and the as-of time included, each once: `track_profile.released_on`, `input.today`. */
export function namesRead(features: readonly ComputedFeature[]): readonly string[] {
  return [...columnsRead(features.map(({ expression }) => expression))];
}
