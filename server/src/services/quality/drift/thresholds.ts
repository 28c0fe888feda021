export const measures = ["populationStability", "jensenShannon", "kolmogorovSmirnov", "nullShift"] as const;

export type Measure = (typeof measures)[number];

/** What each measure must stay below, the size of the null shift for `nullShift`. */
export type Thresholds = Readonly<Record<Measure, number>>;

/** From what on a difference is drift. */
export interface DriftSettings {
  readonly thresholds: Thresholds;
  /** Other ones, by `view.feature`. */
  readonly features: Readonly<Record<string, Partial<Thresholds>>>;
}

/** A normal distribution that moves so far that its stability index reaches 0.2 reaches the next two as well. */
export const defaultThresholds: Thresholds = {
  populationStability: 0.2,
  jensenShannon: 0.035,
  kolmogorovSmirnov: 0.18,
  nullShift: 0.05,
};

export function isExceeded(value: number | null, threshold: number): boolean {
  return value !== null && Math.abs(value) >= threshold;
}
