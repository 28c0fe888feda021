import { instantText } from "@featstore/definitions/compiler";
import { type HistoryChange, type HistoryEvent, namedVersions } from "../registry/index";
import { plural } from "./check/diagnostics-report";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { wholeNumber } from "./kit/whole-number";

const done: Readonly<Record<HistoryEvent["kind"], string>> = {
  apply: "applied",
  promote: "promoted",
  rollback: "rolled back",
  retire: "retired",
  restore: "restored",
  force: "forced",
  erase: "erased",
};

export const history = defineFeatstoreCommand({
  name: "history",
  summary: "Shows who applied, promoted, rolled back or retired what, when and why",
  args: {
    name: { type: "positional", description: "A view or a service (default: all)", required: false },
    limit: { type: "string", description: "The maximum number of events (default: all)", valueHint: "n" },
  },
  examples: [
    { line: "featstore history speech_sentiment", does: "newest first" },
    { line: "featstore history --limit 20 --json", does: "for a program" },
  ],
  run: (args, io) => {
    const limit = args.limit === undefined ? undefined : wholeNumber(args.limit, "--limit", 0);
    return withDatabase(args, io, "require", async ({ registry }) => {
      const name = args.name === undefined ? undefined : namedVersions(await registry.snapshot(), args.name).name;
      const events = await registry.history({
        ...(name === undefined ? {} : { name }),
        ...(limit === undefined ? {} : { limit }),
      });
      return {
        json: { events: events.map(eventDocument) },
        text: events.length === 0 ? "Nothing has been applied yet." : events.map(eventText).join("\n"),
      };
    });
  },
});

/** Maps an event to its JSON document. */
function eventDocument({ revision, at, kind, actor, databaseRole, message, changes }: HistoryEvent) {
  return { revision, at: instantText(at), kind, actor, database_role: databaseRole, message, changes };
}

/** Writes an event as text: a line with actor and time, and a line for each version. */
function eventText(event: HistoryEvent): string {
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
      return ` ${state.replaceAll("_", " ")}${change.renamedFrom === undefined ? "" : `, renamed from ${change.renamedFrom}`}${kindOfChange == null ? "" : `, ${kindOfChange} since version ${before}`}${filesText(change)}`;
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

/** Counts the files that other engines read for a version when it was applied. */
function filesText({ sources = [] }: HistoryChange): string {
  const texts = sources.flatMap(({ source, engine, files }) =>
    files === undefined ? [] : `, ${source} of ${engine}: ${plural(files.count, "file")}`,
  );
  return texts.join("");
}
