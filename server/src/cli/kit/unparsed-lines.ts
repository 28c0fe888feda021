import { keyText } from "../../core/index";

const MAX_LINES = 3;
const MAX_NAMED = 8;

/** Values of one feature that did not parse and were stored as null. */
export interface UnparsedValues {
  readonly name: string;
  readonly rows: number;
  readonly examples: readonly Readonly<Record<string, string | number>>[];
}

/**
 * Writes a line with examples for each of a few features, and a single line for many, so that the table of runs stays
 * visible. `view` is set if all features are of one view.
 */
export function unparsedLines(lost: readonly UnparsedValues[], view?: string): readonly string[] {
  const sorted = [...lost].sort((one, other) => other.rows - one.rows);
  const prefix = view === undefined ? "" : `${view}.`;
  if (sorted.length <= MAX_LINES)
    return sorted.map(
      ({ name, rows, examples }) => `${prefix}${name}: ${countText(rows)}, of ${examples.map(keyText).join("; ")}`,
    );
  const total = sorted.reduce((sum, { rows }) => sum + rows, 0);
  const named = sorted.slice(0, MAX_NAMED).map(({ name, rows }) => `${name} ${rows}`);
  const others = sorted.length - named.length;
  const list = `${named.join(", ")}${others === 0 ? "" : ` and ${others} more features`}`;
  return [`${view === undefined ? "" : `${view}: `}${countText(total)}, in ${list}; --json has all, with examples`];
}

function countText(count: number): string {
  return count === 1 ? "1 value did not parse and is null" : `${count} values did not parse and are null`;
}
