import type { Measurement } from "./measurement";

/** One line of the report: a measurement with its floor. */
export interface Figure {
  readonly name: string;
  readonly unit: "ms" | "µs" | "requests/s" | "rows/s" | "MiB" | "of 1" | "rows" | "processes";
  readonly ours: Measurement;
  /** The floor's name: the fastest strategy, or "bare Hono". */
  readonly floorName: string;
  readonly floor: Measurement;
  /** ours ÷ floor, round by round. */
  readonly ratio: Measurement;
  /** The bar for the ratio or for ours; null if it is only reported. */
  readonly bar: Bar | null;
  /** Its position in docs/benchmarks.md; absent if it is not shown there. */
  readonly plot?: { readonly group: string; readonly label: string };
  /** More details. */
  readonly notes: Readonly<Record<string, unknown>>;
}

export interface Bar {
  readonly kind: "at most" | "at least";
  readonly value: number;
  /** The judged value; the ratio by default. */
  readonly of?: "ratio" | "ours";
}

/** True if a larger value of the unit is better. */
export function isMoreBetter(unit: Figure["unit"]): boolean {
  return unit === "requests/s" || unit === "rows/s" || unit === "rows" || unit === "of 1";
}

export function isMet({ ours, ratio, bar }: Figure): boolean {
  if (bar === null) return true;
  const { median } = bar.of === "ours" ? ours : ratio;
  return bar.kind === "at most" ? median <= bar.value : median >= bar.value;
}

/** Formats the bar: `≥ 0.85` for a ratio, `≤ 15.00 ms` for ours. */
export function barText({ bar, unit }: Pick<Figure, "bar" | "unit">): string {
  if (bar === null) return "";
  return `${bar.kind === "at most" ? "≤" : "≥"} ${bar.value.toFixed(2)}${bar.of === "ours" ? ` ${unit}` : ""}`;
}
