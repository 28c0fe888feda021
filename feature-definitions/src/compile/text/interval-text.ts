/** A number of seconds as an interval's text: `168 hours`. */
export function intervalText(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} hours` : `${seconds} seconds`;
}
