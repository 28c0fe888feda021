const MAX_CHARACTERS = 2000;

/**
 * Returns a path of this server to which a person may be sent, as it was passed; `fallback` for anything else, such as
 * another site's address, so that nobody is redirected there.
 *
 * @example ownPath("//evil.example", "/keys") // "/keys"
 */
export function ownPath(path: string | null | undefined, fallback: string): string {
  if (path == null || path.length > MAX_CHARACTERS || !/^\/(?![/\\])[!-~]*$/.test(path) || path.includes("\\")) {
    return fallback;
  }
  const origin = "http://own.invalid";
  return URL.canParse(path, origin) && new URL(path, origin).origin === origin ? path : fallback;
}
