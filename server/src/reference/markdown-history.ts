import { code, escapeText, markdownTable } from "./markdown-text";
import type { EventDocument, VersionDocument } from "./reference-document";

const kindTexts: Readonly<Record<EventDocument["kind"], string>> = {
  apply: "applied",
  promote: "promoted",
  rollback: "rolled back to",
  retire: "retired",
  restore: "restored",
  force: "forced past a contract",
  erase: "erased rows of",
};

/** Builds the table of a view's versions: when each was applied, its state and its changes. */
export function versionTable(
  versions: readonly VersionDocument[],
  { promoted, next }: { readonly promoted: number; readonly next: number | null },
): string {
  const rows = versions.map(({ version, state, applied_at, sunset_at, successor, evolution }) => {
    const marks = [
      ...(state === "active" ? [] : [state]),
      ...(version === promoted ? ["promoted"] : []),
      ...(version === next ? ["takes over with its first publish"] : []),
      ...(sunset_at === null ? [] : [`sunset ${sunset_at}`]),
      ...(successor === null ? [] : [`read ${code(successor)} instead`]),
    ];
    const changes =
      evolution === null
        ? ""
        : `${evolution.class} since ${evolution.since}: ${evolution.changes.map(escapeText).join("; ")}`;
    return [String(version), marks.join(", "), applied_at ?? "", changes];
  });
  return markdownTable(["version", "state", "applied", "change"], rows);
}

/** Builds the table of events with actors and reasons, newest first; `""` without events. */
export function historyTable(history: readonly EventDocument[]): string {
  const rows = history.map(({ at, kind, actor, message, changes }) => {
    const what = changes.map((change) => {
      const details = [
        change.class ?? change.state?.replaceAll("_", " "),
        change.sunset && `sunset ${change.sunset}`,
        change.successor && `read ${change.successor} instead`,
      ].filter((detail) => typeof detail === "string");
      return `${kindTexts[kind]} ${change.version}${details.length === 0 ? "" : ` (${details.map(escapeText).join(", ")})`}`;
    });
    return [at, what.join(", "), escapeText(actor), message === null ? "" : escapeText(message)];
  });
  return markdownTable(["when", "what", "who", "why"], rows);
}
