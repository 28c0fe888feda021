import { isStrictFeature } from "@featstore/definitions/compiler";
import { FeatstoreError } from "../../core/index";
import type { PlannedFeature, TrainingPlan } from "./plan-types";
import { pinnedOf } from "./training-plan";

const MAX_EXAMPLES = 3;

/** The rows of a training set in which a feature or a label lost a value to a cast. */
export interface LostValues {
  /** The column, or the name it would have if the feature is read only for a computed feature or as a key. */
  readonly column: string;
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  readonly rows: number;
  /** The keys and as-of times of up to three of the rows, in spine order. */
  readonly examples: readonly LostExample[];
}

/** A row's keys and as-of time, as in the result. */
export type LostExample = Readonly<Record<string, string | number>>;

/** A row that may have lost a value. `number` counts spine rows from 1. */
interface LostRow {
  readonly number: number;
  readonly example: () => LostExample;
}

/** Counts lost values, with constant memory. */
export interface LostCounter {
  /** `lost.l<n>` is a JSON array of the features of the plan's nth view that lost a value; null if none did. */
  seeFeatures(lost: Readonly<Record<string, string | null>>, row: LostRow): void;
  seeLabel(label: PlannedFeature, row: LostRow): void;
  /** The columns that lost values, in column order. */
  report(): readonly LostValues[];
  /** Throws `cast_failed` if a strict feature lost a value. */
  requireStrict(): void;
}

export function createLostCounter({ features, needed, labels, views }: TrainingPlan): LostCounter {
  const counts = [...features, ...needed, ...labels].map((planned) => ({
    planned,
    rows: 0,
    examples: [] as { readonly number: number; readonly example: LostExample }[],
  }));
  const byFeature = views.map((view) => {
    const own = counts.filter(({ planned }) => planned.registered === view && !labels.some((each) => each === planned));
    // Reversed, so that the first entry of a name wins.
    return new Map(own.reverse().map((count) => [count.planned.feature.name, count]));
  });
  const note = (count: (typeof counts)[number] | undefined, { number, example }: LostRow): void => {
    if (count === undefined) return;
    count.rows += 1;
    if (count.examples.length < MAX_EXAMPLES) count.examples.push({ number, example: example() });
  };
  const lossy = () => counts.filter(({ rows }) => rows > 0);
  return {
    seeFeatures(lost, row) {
      for (const [index, ofView] of byFeature.entries()) {
        const names = lost[`l${index + 1}`];
        if (names === null || names === undefined) continue;
        // The statement's documented result.
        for (const name of JSON.parse(names) as readonly string[]) note(ofView.get(name), row);
      }
    },
    seeLabel(label, row) {
      note(
        counts.find(({ planned }) => planned === label),
        row,
      );
    },
    report: () =>
      lossy().map(({ planned, rows, examples }) => ({
        ...pinnedOf(planned),
        rows,
        examples: examples.map(({ example }) => example),
      })),
    requireStrict() {
      const failed = lossy().filter(({ planned }) => isStrictFeature(planned.feature));
      // Row numbers only: failures are stored and logged, and must not contain keys that may be erased.
      const errors = failed.map(({ planned, rows, examples }) => ({
        path: planned.column,
        detail: `a value does not parse in ${rows === 1 ? "one row" : `${rows} rows`}, for example in spine row ${examples.map(({ number }) => number).join(", ")}`,
      }));
      const [first] = errors;
      if (first === undefined) return;
      throw new FeatstoreError(
        "cast_failed",
        `"${first.path}" is strict, and ${first.detail}. Correct the source, or leave .strict() out of a new version, so that such values are null and counted.`,
        { errors },
      );
    },
  };
}
