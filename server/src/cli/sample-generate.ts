import { generateSample } from "@featstore/samples";
import { defineFeatstoreCommand } from "./kit/command";
import { instantOf } from "./kit/instant-of";
import { listOf } from "./kit/list-of";
import { nowMicros } from "./kit/now-micros";
import { withDatabase } from "./kit/session";
import { wholeNumber } from "./kit/whole-number";

export const sampleGenerate = defineFeatstoreCommand({
  name: "sample generate",
  summary: "Fills tracks and analysis_results with synthetic data of any size",
  args: {
    tracks: { type: "string", description: "The number of tracks (default: 57718)", valueHint: "n" },
    analyses: { type: "string", description: "The number of analyses (default: 269646)", valueHint: "n" },
    seed: { type: "string", description: "The same seed gives the same data (default: 1)", valueHint: "n" },
    until: {
      type: "string",
      description: "The newest row is an hour before this instant (default: now)",
      valueHint: "time",
    },
    tenants: { type: "string", description: "Comma-separated tenants, each with all ids", valueHint: "list" },
    "known-time": { type: "boolean", description: "Add a column ingested_at to the analyses" },
    "without-embeddings": { type: "boolean", description: "Leave the embedding columns empty" },
    schema: { type: "string", description: "The schema of the tables (default: public)", valueHint: "name" },
    replace: { type: "boolean", description: "Replace tables of these names that are not sample data" },
  },
  examples: [
    { line: "featstore sample generate --tracks 1000 --analyses 5000 --seed 7", does: "a small set" },
    { line: "featstore sample generate", does: "the reference size" },
  ],
  run: (args, io) => {
    const size = {
      tracks: wholeNumber(args.tracks, "--tracks", 57_718),
      analyses: wholeNumber(args.analyses, "--analyses", 269_646),
      seed: wholeNumber(args.seed, "--seed", 1),
      until: args.until === undefined ? nowMicros() : instantOf(args.until, "--until"),
    };
    return withDatabase(args, io, "none", async ({ database }) => {
      const generated = await generateSample({
        database,
        ...size,
        ...(args.tenants === undefined ? {} : { tenants: listOf(args.tenants) }),
        knownTime: args["known-time"] === true,
        embeddings: args["without-embeddings"] !== true,
        ...(args.schema === undefined ? {} : { schema: args.schema }),
        replace: args.replace === true,
      });
      return {
        json: { ...generated, synthetic: true },
        text: `Generated ${generated.tracks} synthetic tracks and ${generated.analyses} synthetic analyses.`,
      };
    });
  },
});
