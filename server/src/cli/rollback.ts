import { namedVersions } from "../registry/index";
import { actor } from "./kit/actor";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { promotionDocument, promotionText } from "./promote/promotion-report";

export const rollback = defineFeatstoreCommand({
  name: "rollback",
  summary: "Promotes the version that was promoted before; again, the one before that",
  args: {
    name: { type: "positional", description: "The view, or the service", required: true },
    service: { type: "boolean", description: "Roll back the service, if a view has the same name" },
    message: { type: "string", description: "The reason, for the history", valueHint: "text" },
  },
  examples: [
    {
      line: 'featstore rollback speech_sentiment --message "scores are off"',
      does: "readers of the name get the earlier version at once",
    },
  ],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ registry }) => {
      const kind = args.service === true ? "feature_service" : undefined;
      const { versions: _, ...named } = namedVersions(await registry.snapshot(), args.name, kind);
      const done = await registry.rollback({ ...named, actor: actor(), message: args.message ?? null });
      const text = [promotionText(named.name, done), "New versions wait for featstore promote."].join("\n");
      return { json: promotionDocument(named.name, done), text };
    }),
});
