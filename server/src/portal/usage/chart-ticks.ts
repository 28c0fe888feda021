/** Returns round values from 0 to at most `max`, five of them or fewer, for the lines of a chart. */
export function chartTicks(max: number): readonly number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(max, 1)) - 1);
  const step = [1, 2, 2.5, 5, 10, 20, 25, 50, 100].map((factor) => factor * power).find((each) => max / each < 5);
  const whole = Math.max(1, Math.ceil(step ?? max));
  return Array.from({ length: Math.floor(max / whole) + 1 }, (_, index) => index * whole);
}
