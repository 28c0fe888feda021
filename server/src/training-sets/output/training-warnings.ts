import type { Split } from "../plan/split";
import type { PartReport } from "./split-report";

/** A warning about a training set. */
export interface TrainingWarning {
  readonly code: "split_part_empty";
  readonly message: string;
}

/** Returns a warning for each part of the split without rows. */
export function splitWarnings(
  split: Split | null,
  parts: Readonly<Record<string, PartReport>>,
): readonly TrainingWarning[] {
  if (split === null) return [];
  return Object.entries(parts)
    .filter(([, { rows }]) => rows === 0)
    .map(([part]) => ({
      code: "split_part_empty",
      message: `The part "${part}" of the split has no rows: ${why(split)}`,
    }));
}

function why(split: Split): string {
  switch (split.by) {
    case "time":
      return "no as-of time lies between its cuts. Choose other cuts.";
    case "hash":
      return "all rows of a key are in one part, and the spine has too few keys for its fraction. Request more keys, or split by time.";
    case "group":
      return `all rows with one value of "${split.column}" are in one part, and the spine has too few values for its fraction. Split by a column with more values, or by time.`;
    default:
      return split satisfies never;
  }
}
