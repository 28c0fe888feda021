/** A duration in seconds. A day is always 24 hours. */
export interface Duration {
  readonly kind: "duration";
  readonly seconds: number;
}

function seconds(count: number): Duration {
  return { kind: "duration", seconds: count };
}

export function minutes(count: number): Duration {
  return seconds(count * 60);
}

export function hours(count: number): Duration {
  return seconds(count * 3600);
}

/** @example `avg(a.confidence).over(days(90))` */
export function days(count: number): Duration {
  return seconds(count * 86_400);
}
