import type { Measurement } from "./measurement";

/** One line of the report: what was measured, beside its floor. */
export interface Figure {
  readonly name: string;
  readonly unit: "ms" | "µs" | "requests/s" | "MiB";
  readonly ours: Measurement;
  /** Which floor: the fastest strategy's name, "bare Hono". */
  readonly floorName: string;
  readonly floor: Measurement;
  /** ours ÷ floor, round by round. */
  readonly ratio: Measurement;
  /** What the ratio may be; null: reported only. */
  readonly bar: Bar | null;
  /** Whatever else helps to read it. */
  readonly notes: Readonly<Record<string, unknown>>;
}

export interface Bar {
  readonly kind: "at most" | "at least";
  readonly value: number;
}

export function isMet({ ratio, bar }: Figure): boolean {
  if (bar === null) return true;
  return bar.kind === "at most" ? ratio.median <= bar.value : ratio.median >= bar.value;
}
