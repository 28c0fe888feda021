const grouped = new Intl.NumberFormat("en-US");
const units = ["", "k", "M", "G", "T", "P"] as const;

/** @example wholeNumber(1404256) // "1,404,256" */
export function wholeNumber(value: number): string {
  return grouped.format(value);
}

/** Three digits and a unit. @example shortNumber(1404256) // "1.40 M" */
export function shortNumber(value: number): string {
  return value < 10_000 ? wholeNumber(value) : withUnit(value, 1000, units, 3);
}

/** @example shortBytes(6_100_000_000) // "6.1 GB" */
export function shortBytes(value: number): string {
  return value < 1000 ? `${value} B` : withUnit(value, 1000, ["B", "kB", "MB", "GB", "TB", "PB"], 2);
}

function withUnit(value: number, base: number, names: readonly string[], digits: number): string {
  let scaled = value;
  let index = 0;
  // Rounded first, so that 999,999 becomes 1.00 M and not 1000 k.
  while (Number(scaled.toPrecision(digits)) >= base && index < names.length - 1) {
    scaled /= base;
    index++;
  }
  const text = scaled >= 10 ** (digits - 1) ? String(Math.round(scaled)) : scaled.toPrecision(digits);
  return `${text} ${names[index]}`.trim();
}

/** A limit: without digits that say nothing. @example roundNumber(2_000_000) // "2 M" */
export function roundNumber(value: number): string {
  return shortNumber(value)
    .replace(/(\.\d*?)0+(?=\D|$)/, "$1")
    .replace(/\.(?=\s|$)/, "");
}

export function roundBytes(value: number): string {
  return shortBytes(value).replace(/\.0(?= )/, "");
}
