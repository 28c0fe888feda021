import { instantText } from "@featstore/definitions/compiler";
import type { HistoryChange, HistoryEvent } from "../../registry/index";

/** Maps an event to its JSON document. */
export function eventDocument({ revision, at, kind, actor, databaseRole, message, changes }: HistoryEvent) {
  return { revision, at: instantText(at), kind, actor, database_role: databaseRole, message, changes };
}

const done: Readonly<Record<HistoryEvent["kind"], string>> = {
  apply: "applied",
  promote: "promoted",
  rollback: "rolled back",
  retire: "retired",
  restore: "restored",
  force: "forced",
  erase: "erased",
};

/** Writes an event as text: a line with actor and time, and a line for each version. */
export function eventText(event: HistoryEvent): string {
  const { revision, at, kind, actor, databaseRole, message, changes } = event;
  const when = `${instantText(at).slice(0, 19)}Z`;
  const why = message === null ? "" : `: ${message}`;
  const head = `${when}  ${done[kind]} by ${actor} (as ${databaseRole}), revision ${revision}${why}`;
  return [head, ...changes.map((change) => `  ${change.name}@${change.version}${changeText(event, change)}`)].join(
    "\n",
  );
}

function changeText({ kind }: HistoryEvent, change: HistoryChange): string {
  const { state = "", class: kindOfChange, before } = change;
  switch (kind) {
    case "apply":
      return ` ${state.replaceAll("_", " ")}${change.renamedFrom === undefined ? "" : `, renamed from ${change.renamedFrom}`}${kindOfChange == null ? "" : `, ${kindOfChange} since version ${before}`}`;
    case "promote":
    case "rollback":
      return change.waits === true ? ` waits for its first publish` : ` after version ${before}`;
    case "retire":
      if (change.removed === true) return " is removed: it could never be read";
      return `${change.sunset == null ? "" : ` from ${change.sunset} on`}${change.successor == null ? "" : `, read ${change.successor} instead`}`;
    case "force":
      return `: generation ${change.generation} is published although it breaks a contract`;
    case "restore":
      return " is no longer deprecated";
    case "erase":
      return `: ${change.rows} rows of the ${change.entity} whose key has ${change.keyHmac === undefined ? `SHA-256 ${change.keySha256}` : `HMAC ${change.keyHmac}`}`;
  }
}
