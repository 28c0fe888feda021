import { loadSample } from "@featstore/samples";
import { assetFolder } from "../core/index";
import { defineFeatstoreCommand } from "./kit/command";
import { instantOf } from "./kit/instant-of";
import { nowMicros } from "./kit/now-micros";
import { withDatabase } from "./kit/session";

export const sampleLoad = defineFeatstoreCommand({
  name: "sample load",
  summary: "Loads the State of the Union addresses into tracks and analysis_results",
  args: {
    until: {
      type: "string",
      description: "The newest analysis is an hour before this instant (default: now)",
      valueHint: "time",
    },
    schema: { type: "string", description: "The schema of the tables (default: public)", valueHint: "name" },
    replace: { type: "boolean", description: "Replace tables of these names that are not sample data" },
  },
  examples: [
    { line: "featstore sample load", does: "loads 233 addresses and their analyses" },
    { line: "featstore sample load --until 2026-01-01", does: "with the same times on every run" },
  ],
  run: (args, io) => {
    const until = args.until === undefined ? nowMicros() : instantOf(args.until, "--until");
    return withDatabase(args, io, "none", async ({ database }) => {
      const loaded = await loadSample({
        database,
        folder: assetFolder("samples/state-of-the-union/data"),
        until,
        ...(args.schema === undefined ? {} : { schema: args.schema }),
        replace: args.replace === true,
      });
      const embeddings = loaded.embeddings ? "with embeddings" : "without embeddings, since pgvector is not installed";
      return {
        json: loaded,
        text: `Loaded ${loaded.tracks} tracks and ${loaded.analyses} analyses, ${embeddings}.`,
      };
    });
  },
});
