import type { PlannedChanges } from "../../registry/index";
import { durationText } from "../kit/duration-text";

/** Maps a source's change detection to its JSON document. */
export function changesDocument({ source, by, latenessSeconds, reason }: PlannedChanges) {
  return { name: source, changes: by, lateness_seconds: latenessSeconds, reason };
}

const REASONS: Readonly<Record<NonNullable<PlannedChanges["reason"]>, string>> = {
  query: "a query that declares no lateness",
  view_or_foreign_table: "a view or foreign table that declares no lateness",
  extended: "extended and does not consist of two tables",
  key_may_change: "keyed by a column that may change",
};

/** Writes a line on how incremental runs find the changes of a source. */
export function changesText({ source, by, latenessSeconds, reason }: PlannedChanges): string {
  if (reason !== null) return `source ${source}: views of it are computed in full; it is ${REASONS[reason]}`;
  if (by === "transaction") return `source ${source}: changes are found by transaction`;
  return `source ${source}: changes are found by lateness, ${durationText(latenessSeconds ?? 0)}; later ones by --reconcile`;
}
