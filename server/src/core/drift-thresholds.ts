export const measures = ["populationStability", "jensenShannon", "kolmogorovSmirnov", "nullShift"] as const;

export type Measure = (typeof measures)[number];

/** The limit of each measure; for `nullShift` the limit of its absolute value. */
export type Thresholds = Readonly<Record<Measure, number>>;

/** Settings that decide when a difference counts as drift. */
export interface DriftSettings {
  readonly thresholds: Thresholds;
  /** Overrides by `view.feature`. */
  readonly features: Readonly<Record<string, Partial<Thresholds>>>;
}

/** Calibrated so that a normal distribution whose stability index reaches 0.2 also reaches the next two. */
export const defaultThresholds: Thresholds = {
  populationStability: 0.2,
  jensenShannon: 0.035,
  kolmogorovSmirnov: 0.18,
  nullShift: 0.05,
};
