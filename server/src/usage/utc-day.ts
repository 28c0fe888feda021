const DAY_MICROS = 86_400_000_000;

/** A day in UTC, and the month that it belongs to. Instants are microseconds since 1970 UTC. */
export interface UtcDay {
  readonly from: number;
  readonly until: number;
  /** `2026-01-31` */
  readonly text: string;
  /** The first day of the month, `2026-01-01`. */
  readonly month: string;
  /** The first instant of the next month. */
  readonly monthUntil: number;
}

/** @example utcDay(Date.now() * 1000).text // "2026-01-31" */
export function utcDay(now: number): UtcDay {
  const from = Math.floor(now / DAY_MICROS) * DAY_MICROS;
  const date = new Date(from / 1000);
  const text = date.toISOString().slice(0, 10);
  return {
    from,
    until: from + DAY_MICROS,
    text,
    month: `${text.slice(0, 7)}-01`,
    monthUntil: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) * 1000,
  };
}
