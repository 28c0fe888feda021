/** Returns whether a name is an IANA time zone; offsets such as `+01:00` are not. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false; // Intl reports an unknown zone only by throwing
  }
}
