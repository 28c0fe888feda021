import { namedVersions } from "../registry/index";
import { eventDocument, eventText } from "./history/event-report";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { wholeNumber } from "./kit/whole-number";

export const history = defineFeatstoreCommand({
  name: "history",
  summary: "Shows who applied, promoted, rolled back or retired what, when and why",
  args: {
    name: { type: "positional", description: "A view or a service (default: all)", required: false },
    limit: { type: "string", description: "The maximum number of events (default: all)", valueHint: "n" },
  },
  examples: [
    { line: "featstore history lyric_sentiment", does: "newest first" },
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
