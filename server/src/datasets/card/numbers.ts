/** Formats a count with separators, the same in every locale: `1,234`. */
export function countText(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** Formats a measured number with at most five significant digits. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : "not finite";
}

/** Formats a part of a whole: `12 (3.4%)`. */
export function shareText(count: number, total: number): string {
  if (count === 0 || total === 0) return String(count);
  const percent = (count / total) * 100;
  const digits =
    percent < 0.1 ? "<0.1" : percent > 99.9 && count < total ? ">99.9" : String(Number(percent.toFixed(1)));
  return `${countText(count)} (${digits}%)`;
}
