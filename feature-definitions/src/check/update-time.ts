const UPDATE_TIME =
  /^(?:row_|record_|date_|last_?)?(?:updated?|modified|modification)(?:_?(?:at|on|date|time|timestamp|ts))*$|^last_?(?:changed?|edit(?:ed)?)(?:_?(?:at|on|date|time|timestamp|ts))*$/;

/** Returns whether a database column of this name usually holds the time of a row's last update: `updated_at`, `lastModified`. */
export function looksLikeUpdateTime(column: string): boolean {
  return UPDATE_TIME.test(
    column
      .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_"),
  );
}
