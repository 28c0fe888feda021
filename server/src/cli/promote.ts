import { versionReference } from "../registry/index";
import { actor } from "./kit/actor";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { promotionDocument, promotionText } from "./promote/promotion-report";

export const promote = defineFeatstoreCommand({
  name: "promote",
  summary: "Points the unpinned name of a view or service to a version",
  args: {
    version: { type: "positional", description: "view@2, or service@2", required: true },
    service: { type: "boolean", description: "Promote the service, if a view has the same name" },
    message: { type: "string", description: "The reason, for the history", valueHint: "text" },
  },
  examples: [
    { line: "featstore promote speech_sentiment@3", does: "at once, or with its first materialization" },
    { line: 'featstore promote party_predictor@2 --message "model of June"', does: "a service" },
  ],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ registry }) => {
      const kind = args.service === true ? "feature_service" : undefined;
      const { versions: _, ...reference } = versionReference(await registry.snapshot(), args.version, kind);
      const done = await registry.promote({ ...reference, actor: actor(), message: args.message ?? null });
      return { json: promotionDocument(reference.name, done), text: promotionText(reference.name, done) };
    }),
});
