/** The page to return to after a sign-in, if it is a path of the pages; otherwise the first page. */
export function ownPath(next: string | undefined | null): string {
  if (next === undefined || next === null || !/^\/portal(?:\/[\x21-\x7e]*)?$/.test(next)) return "/portal";
  // What a browser makes of it: `/portal/..//elsewhere` leaves the pages.
  const base = "http://own.invalid";
  const { origin, pathname, search } = new URL(next, base);
  const stays = origin === base && /^\/portal(?:\/(?!\/)|$)/.test(pathname) && !next.includes("\\");
  return stays ? `${pathname}${search}` : "/portal";
}
