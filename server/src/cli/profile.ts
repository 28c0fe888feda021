import { findProfile, profileDocument } from "../quality/index";
import { findVersion, splitReference } from "../registry/index";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { profileText } from "./profile/profile-text";

export const profile = defineFeatstoreCommand({
  name: "profile",
  summary: "Shows statistics of the values of a view's generation",
  args: {
    view: { type: "positional", description: "view or view@2; without a version the promoted one", required: true },
    generation: { type: "string", description: "A generation (default: the served one)", valueHint: "n" },
  },
  examples: [
    { line: "featstore profile speech_sentiment", does: "nulls, quantiles and frequent values of each feature" },
    {
      line: "featstore profile speech_sentiment@2 --generation 7 --json",
      does: "an older generation, for a program",
    },
  ],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ registry, quality, offline }) => {
      const [name, version] = splitReference(args.view);
      const registered = findVersion(await registry.snapshot(), name, version, { evenRetired: true });
      const generation = await findProfile(quality, registered, args.generation, offline);
      const document = profileDocument(registered.view, generation, { drift: await quality.drifts(generation) });
      return { json: document, text: profileText(document) };
    }),
});
