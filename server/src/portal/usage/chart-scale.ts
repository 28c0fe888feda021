/** The vertical scale of a chart: the value at its top, and the values with a line. */
export interface ChartScale {
  readonly top: number;
  readonly ticks: readonly number[];
}

/** Chooses at most five round ticks from 0 to at least `max`. */
export function chartScale(max: number): ChartScale {
  const wanted = Math.max(max, 4) / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= wanted) ?? 10) * power;
  const whole = Math.max(1, Math.ceil(step));
  const count = Math.ceil(max / whole) || 1;
  const ticks = Array.from({ length: Math.min(count, 4) + 1 }, (_, index) => index * whole);
  return { top: Math.max(max, ticks.at(-1) ?? 0), ticks };
}
