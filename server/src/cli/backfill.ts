import type { ExitName } from "../core/index";
import { isSurelyDead, thisProcess } from "../database/index";
import {
  type BackfillReport,
  backfill as backfillView,
  createBackfillStore,
  DEFAULT_CHUNK_ENTITIES,
} from "../materialization/index";
import { recordDrift } from "../quality/index";
import { backfillDocument, backfillText } from "./backfill/backfill-report";
import { startBackfillProgress } from "./backfill/progress";
import { defineFeatstoreCommand } from "./kit/command";
import { instantOf } from "./kit/instant-of";
import { withDatabase } from "./kit/session";
import { wholeNumber } from "./kit/whole-number";
import { forceReason } from "./materialize/force-reason";
import { publishedWarnings } from "./materialize/view-report";

export const backfill = defineFeatstoreCommand({
  name: "backfill",
  summary: "Computes a version in chunks of entities; resumes an interrupted backfill",
  args: {
    version: { type: "positional", description: "view, or view@2", required: true },
    "chunk-entities": {
      type: "string",
      description: `Entities in a chunk (default: ${DEFAULT_CHUNK_ENTITIES}, or those of the interrupted backfill)`,
      valueHint: "n",
    },
    "as-of": {
      type: "string",
      description: "Compute and serve values as of this instant (default: now, or that of the interrupted backfill)",
      valueHint: "time",
    },
    restart: { type: "boolean", description: "Abandon an interrupted backfill and start again" },
    force: {
      type: "boolean",
      description: "Publish even if contracts or row bounds are broken; needs --reason",
    },
    reason: { type: "string", description: "The reason for --force; stored in featstore history", valueHint: "text" },
  },
  examples: [
    { line: "featstore backfill track_profile@2", does: "a new version, before it is promoted" },
    {
      line: "featstore backfill track_profile@2",
      does: "after Ctrl-C or a crash: continues after the last chunk",
    },
    { line: "featstore backfill track_profile@2 --chunk-entities 1000", does: "with shorter statements" },
    { line: "featstore backfill track_profile@2 --restart", does: "from the beginning" },
  ],
  run: (args, io) => {
    const chunkEntities =
      args["chunk-entities"] === undefined ? undefined : wholeNumber(args["chunk-entities"], "--chunk-entities", 0);
    const asOf = args["as-of"] === undefined ? undefined : instantOf(args["as-of"], "--as-of");
    const forceBecause = forceReason("featstore backfill", args.force === true, args.reason);
    return withDatabase(args, io, "require", async ({ registry, offline, quality, config, database }) => {
      const progress = startBackfillProgress(io);
      try {
        const report = await backfillView(
          {
            ...{ registry, offline, backfills: createBackfillStore(database) },
            ...{ holder: await thisProcess(), isDead: isSurelyDead },
            onProfiled: (registered, generation) => recordDrift(quality, registered, generation, config.drift),
          },
          {
            ...{ view: args.version, restart: args.restart === true },
            ...(chunkEntities === undefined ? {} : { chunkEntities }),
            ...(asOf === undefined ? {} : { asOf }),
            ...(forceBecause === undefined ? {} : { forceBecause }),
            ...{ onProgress: progress.show, signal: io.signal },
          },
        );
        progress.end();
        const warnings = publishedWarnings([report.view], asOf);
        for (const { code, message } of warnings) io.stderr(`warning: ${code}: ${message}\n`);
        return {
          json: { ...backfillDocument(report), warnings },
          text: backfillText(report),
          exit: exitOf(report, io.signal),
        };
      } finally {
        progress.end();
      }
    });
  },
});

function exitOf({ view }: BackfillReport, signal: AbortSignal): ExitName {
  if (view.state === "published") return "ok";
  return signal.aborted ? "interrupted" : "failed";
}
