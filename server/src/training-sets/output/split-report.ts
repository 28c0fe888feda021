import type { Cell } from "../spine/spine-row";

const MAX_VALUES = 50;

/** The distribution of a label in one part: by value while there are few values, else by numeric summary. */
export interface LabelReport {
  readonly nulls: number;
  /** Rows by label text; null after more than fifty different texts. */
  readonly values: Readonly<Record<string, number>> | null;
  /** Summary of the numeric values; null if there are none. */
  readonly numbers: {
    readonly count: number;
    readonly minimum: number;
    readonly maximum: number;
    readonly mean: number;
  } | null;
}

export interface PartReport {
  readonly rows: number;
  /** Reports by label column. */
  readonly labels: Readonly<Record<string, LabelReport>>;
}

/** Counts rows and labels by part, with constant memory. */
export function createSplitReport(parts: readonly string[], labels: readonly string[]) {
  const counts = new Map(parts.map((part) => [part, { rows: 0, labels: labels.map(() => createLabelCount()) }]));
  return {
    /** `cells` are the label values in the order of `labels`. */
    see(part: string, cells: readonly Cell[]): void {
      const count = counts.get(part);
      if (count === undefined) return;
      count.rows += 1;
      for (const [index, label] of count.labels.entries()) label.see(cells[index] ?? null);
    },
    report: (): Readonly<Record<string, PartReport>> =>
      Object.fromEntries(
        [...counts].map(([part, count]) => {
          const reports = labels.map((label, index) => [label, count.labels[index]?.report()] as const);
          return [part, { rows: count.rows, labels: Object.fromEntries(reports.filter(isCounted)) }];
        }),
      ),
  };
}

function isCounted(entry: readonly [string, LabelReport | undefined]): entry is readonly [string, LabelReport] {
  return entry[1] !== undefined;
}

function createLabelCount() {
  let nulls = 0;
  let values: Map<string, number> | null = new Map();
  let numbers = { count: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY, sum: 0 };
  return {
    see(cell: Cell): void {
      if (cell === null) {
        nulls += 1;
        return;
      }
      const text = cell.startsWith('"') ? String(JSON.parse(cell)) : cell;
      values?.set(text, (values.get(text) ?? 0) + 1);
      if (values !== null && values.size > MAX_VALUES) values = null;
      const number = text.trim() === "" ? Number.NaN : Number(text);
      if (!Number.isFinite(number)) return;
      const { count, minimum, maximum, sum } = numbers;
      numbers = {
        count: count + 1,
        minimum: Math.min(minimum, number),
        maximum: Math.max(maximum, number),
        sum: sum + number,
      };
    },
    report(): LabelReport {
      const { count, minimum, maximum, sum } = numbers;
      return {
        nulls,
        values:
          values === null ? null : Object.fromEntries([...values].sort(([left], [right]) => (left < right ? -1 : 1))),
        numbers: count === 0 ? null : { count, minimum, maximum, mean: sum / count },
      };
    },
  };
}
