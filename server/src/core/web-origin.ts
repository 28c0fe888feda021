/**
 * Returns whether a text is an origin as browsers send it: lower case, without a path, a slash at the end or the usual port.
 *
 * @example isWebOrigin("https://app.example.com") // true
 */
export function isWebOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
