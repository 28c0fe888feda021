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
} from "@featstore/definitions/compiler";
import type { Choice, SelectedView } from "../selection/selected-view";
import { inputReader } from "./read-input";
import { constantText, constantValue, valueReader, valueWriter } from "./value-text";

/** The computed features that a request selects: some or all of a service's. */
export interface ChosenComputed {
  readonly service: FeatureService;
  readonly features: readonly ComputedFeature[];
}

/** An input as the service declares it, with the reader of its JSON text. */
export interface SelectedInput {
  readonly name: string;
  /** The name in expressions: `input.today`. */
  readonly column: string;
  readonly type: ServiceInput["type"];
  readonly required: boolean;
  read(json: string): PortableValue;
}

/** A stored value that an expression reads. */
export interface StoredColumn {
  /** The name in expressions: `speech_profile.year`. */
  readonly column: string;
  /** The index of its view in the selection. */
  readonly view: number;
  /** Its position in a row; null: it is a vector, which is read separately. */
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
  /** JSON text of the default; null: null stays null. */
  readonly fallback: string | null;
}

/** The features to compute for each row, with everything that does not depend on the row. */
export interface ComputedSelection {
  /** `recommender@1` */
  readonly service: string;
  readonly inputs: readonly SelectedInput[];
  /** True if the values change as time passes. */
  readonly readsAsOf: boolean;
  readonly stored: readonly StoredColumn[];
  readonly features: readonly SelectedComputed[];
}

/** A column that reads stored values: the names of its view and its feature. */
export interface ReadColumn {
  readonly column: string;
  readonly view: string;
  readonly feature: string;
}

/** Returns the stored features that expressions read, each once. */
export function storedColumnsRead(features: readonly ComputedFeature[]): readonly ReadColumn[] {
  return namesRead(features)
    .filter((column) => column !== AS_OF && !column.startsWith(`${INPUT}.`))
    .map((column) => {
      const dot = column.indexOf(".");
      return { column, view: column.slice(0, dot), feature: column.slice(dot + 1) };
    });
}

/** Compiles the computed features over the views of the selection. `choiceOf` finds the choice of a column. */
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
        // A request for only some computed features need not send inputs that only the others read.
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

/**
 * Returns the columns that expressions read, including inputs and the as-of time, each once:
 * `speech_profile.year`, `input.today`.
 */
export function namesRead(features: readonly ComputedFeature[]): readonly string[] {
  return [...columnsRead(features.map(({ expression }) => expression))];
}
