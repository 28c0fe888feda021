import type { Measurement } from "./measurement";

/** One line of the report: what was measured, beside its floor. */
export interface Figure {
  readonly name: string;
  readonly unit: "ms" | "µs" | "requests/s" | "MiB" | "of 1";
  readonly ours: Measurement;
  /** Which floor: the fastest strategy's name, "bare Hono". */
  readonly floorName: string;
  readonly floor: Measurement;
  /** ours ÷ floor, round by round. */
  readonly ratio: Measurement;
  /** What the ratio, or ours itself, may be; null: reported only. */
  readonly bar: Bar | null;
  /** Where it stands in docs/benchmarks.md; absent: not there. */
  readonly plot?: { readonly group: string; readonly label: string };
  /** Whatever else helps to read it. */
  readonly notes: Readonly<Record<string, unknown>>;
}

export interface Bar {
  readonly kind: "at most" | "at least";
  readonly value: number;
  /** Of what; the ratio by default. */
  readonly of?: "ratio" | "ours";
}

export function isMet({ ours, ratio, bar }: Figure): boolean {
  if (bar === null) return true;
  const { median } = bar.of === "ours" ? ours : ratio;
  return bar.kind === "at most" ? median <= bar.value : median >= bar.value;
}

/** The bar as a reader sees it: `≥ 0.85`, or, of ours itself, `≤ 15.00 ms`. */
export function barText({ bar, unit }: Pick<Figure, "bar" | "unit">): string {
  if (bar === null) return "";
  return `${bar.kind === "at most" ? "≤" : "≥"} ${bar.value.toFixed(2)}${bar.of === "ours" ? ` ${unit}` : ""}`;
}
