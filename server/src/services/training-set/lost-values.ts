import { isStrictFeature } from "@featstore/definitions";
import { FeatstoreError } from "../../errors";
import { type PlannedFeature, pinnedOf, type TrainingPlan } from "./training-plan";

const MAX_EXAMPLES = 3;

/** Rows of a training set in which a feature, or a label, lost a value to a cast. */
export interface LostValues {
  /** Its column; of a feature that is only read, by a computed one or as another entity's key, the name it would have. */
  readonly column: string;
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  readonly rows: number;
  /** The keys and as-of times of up to three of the rows, in spine order. */
  readonly examples: readonly LostExample[];
}

/** A row by its keys and as-of time, as the result has them. */
export type LostExample = Readonly<Record<string, string | number>>;

/** A row that may have lost a value. `number`: in the spine, from 1. */
interface LostRow {
  readonly number: number;
  readonly example: () => LostExample;
}

/** Counts lost values, in memory that does not grow with the rows. */
export interface LostCounter {
  /** `lost`: for each of the plan's views, from 1, `l<n>` is a JSON array of features that lost a value; null: none did. */
  seeFeatures(lost: Readonly<Record<string, string | null>>, row: LostRow): void;
  seeLabel(label: PlannedFeature, row: LostRow): void;
  /** In the order of the columns; without those that lost nothing. */
  report(): readonly LostValues[];
  /** Errors: `cast_failed` where a strict feature lost a value. */
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
    // The first of equal ones counts.
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
      // By their numbers alone: failures are kept and logged, and an erased key must not stay in them.
      const errors = failed.map(({ planned, rows, examples }) => ({
        path: planned.column,
        detail: `in ${rows === 1 ? "one row" : `${rows} rows`} a value does not parse, among them spine row ${examples.map(({ number }) => number).join(", ")}`,
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
