import type { PlannedChanges } from "../../services/plan-changes";
import { durationText } from "../status/duration-text";

/** As `--json` prints it. */
export function changesDocument({ source, by, latenessSeconds, reason }: PlannedChanges) {
  return { name: source, changes: by, lateness_seconds: latenessSeconds, reason };
}

const REASONS: Readonly<Record<NonNullable<PlannedChanges["reason"]>, string>> = {
  query: "a query that declares no lateness",
  view_or_foreign_table: "a view or foreign table that declares no lateness",
  extended: "extended, and not of two tables",
  key_may_change: "keyed by a column that may change",
};

/** A source's line: how incremental runs find what changed in it. */
export function changesText({ source, by, latenessSeconds, reason }: PlannedChanges): string {
  if (reason !== null) return `source ${source}: views of it are computed in full; it is ${REASONS[reason]}`;
  if (by === "transaction") return `source ${source}: changes are found by transaction`;
  return `source ${source}: changes are found by lateness, ${durationText(latenessSeconds ?? 0)}; later ones by --reconcile`;
}
