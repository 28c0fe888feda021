import { instantText } from "@featstore/definitions/compiler";
import type { ExitName } from "../core/index";
import { isSurelyDead, thisProcess } from "../database/index";
import {
  type BackfillReport,
  backfill as backfillView,
  DEFAULT_CHUNK_ENTITIES,
  type GivenUpReason,
  type MaterializeProgress,
} from "../materialization/index";
import { recordDrift } from "../quality/index";
import { startBar } from "./kit/bar";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { instantOf } from "./kit/instant-of";
import { withDatabase } from "./kit/session";
import { wholeNumber } from "./kit/whole-number";
import { awaitServer, servedLines } from "./materialize/await-server";
import { forceReason } from "./materialize/force-reason";
import type { Progress } from "./materialize/progress";
import { isPublished, publishedWarnings, viewDocument, viewNotes } from "./materialize/view-report";

const TENTHS = 10;

const ABANDON_REASONS: Readonly<Record<GivenUpReason, string>> = {
  restarted: "because of --restart",
  superseded: "because a later generation was published",
  too_old: "because it is more than a week old",
  version_retired: "because the version is retired",
};

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
    { line: "featstore backfill speech_profile@2", does: "a new version, before it is promoted" },
    {
      line: "featstore backfill speech_profile@2",
      does: "after Ctrl-C or a crash: continues after the last chunk",
    },
    { line: "featstore backfill speech_profile@2 --chunk-entities 1000", does: "with shorter statements" },
    { line: "featstore backfill speech_profile@2 --restart", does: "from the beginning" },
  ],
  run: (args, io) => {
    const chunkEntities =
      args["chunk-entities"] === undefined ? undefined : wholeNumber(args["chunk-entities"], "--chunk-entities", 0);
    const asOf = args["as-of"] === undefined ? undefined : instantOf(args["as-of"], "--as-of");
    const forceBecause = forceReason("featstore backfill", args.force === true, args.reason);
    return withDatabase(args, io, "require", async (session) => {
      const { registry, offline, engine, quality, config } = session;
      const progress = startBackfillProgress(io);
      try {
        const dependencies: Parameters<typeof backfillView>[0] = {
          ...{ registry, offline, engine },
          ...{ holder: await thisProcess(), isDead: isSurelyDead },
          readBack: session.readBack,
          onProfiled: (registered, generation) => recordDrift(quality, registered, generation, config.drift),
        };
        const { report, served } = await awaitServer(session, io, () =>
          backfillView(dependencies, {
            ...{ view: args.version, restart: args.restart === true },
            ...(chunkEntities === undefined ? {} : { chunkEntities }),
            ...(asOf === undefined ? {} : { asOf }),
            ...(forceBecause === undefined ? {} : { forceBecause }),
            ...{ onProgress: progress.show, signal: io.signal },
          }),
        );
        progress.end();
        const warnings = publishedWarnings([report.view], asOf);
        for (const { code, message } of warnings) io.stderr(`warning: ${code}: ${message}\n`);
        return {
          json: { ...backfillDocument(report), warnings, served },
          text: [backfillText(report), ...(isPublished(report.view) ? servedLines(session, served) : [])].join("\n"),
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

/** Maps a backfill to its JSON document. */
function backfillDocument({ view, chunks, givenUp }: BackfillReport) {
  return {
    ...viewDocument(view),
    chunks: chunks === null ? null : { done: chunks.done, total: chunks.total, resumed_at: chunks.resumedAt },
    given_up: givenUp === null ? null : { run_id: givenUp.runId, why: givenUp.why },
  };
}

/** Writes a backfill as text. */
function backfillText({ view, chunks, givenUp }: BackfillReport): string {
  const name = `${view.view}@${view.version}`;
  const abandoned =
    givenUp === null ? [] : [`The interrupted run ${givenUp.runId} was abandoned ${ABANDON_REASONS[givenUp.why]}.`];
  return [...abandoned, endOf(view, chunks, name), ...viewNotes(view)].join("\n");
}

function endOf(view: BackfillReport["view"], chunks: BackfillReport["chunks"], name: string): string {
  const progress = chunks === null ? "" : `${chunks.done} of ${chunks.total} chunks`;
  switch (view.state) {
    case "published": {
      const resumed =
        chunks?.resumedAt == null
          ? ""
          : `; it resumed after ${chunks.resumedAt} of ${chunks.total} chunks, as of its start: run featstore materialize ${name} --incremental for current values`;
      const asOf = view.asOf === null ? "" : ` as of ${instantText(view.asOf)}`;
      return `${name} is published: generation ${view.generation}, ${view.rows ?? 0} rows${asOf}${resumed}.`;
    }
    case "interrupted":
      return `${name} is interrupted, ${progress} are done: run featstore backfill ${name} within a week to resume it.`;
    case "not_begun":
      return `${name} was not started.`;
    default:
      return `${name} failed.`;
  }
}

/** Shows progress on stderr: a bar of chunks on a terminal, elsewhere one line for every tenth of the chunks and every phase. */
function startBackfillProgress(io: Pick<CommandIo, "stderr" | "terminal">): Progress {
  return io.terminal ? barProgress() : lineProgress(io);
}

function barProgress(): Progress {
  const bar = startBar("{bar} {percentage}% {value}/{total} chunks, {rows} rows, {phase}");
  let last: MaterializeProgress["chunk"];
  return {
    show({ phase, chunk, rows }) {
      last = chunk ?? last;
      if (last !== undefined) bar.show(last.done, last.total, { phase, rows: rows ?? 0 });
    },
    end: bar.end,
  };
}

function lineProgress({ stderr }: Pick<CommandIo, "stderr">): Progress {
  let lastShown = -1;
  return {
    show({ view, version, phase, chunk, rows, elapsedMs }) {
      const name = `${view}@${version}`;
      if (chunk === undefined) {
        if (phase !== "fill") stderr(`${name} ${phase}${phase === "begin" ? " …" : ""}\n`);
        return;
      }
      const tenth = chunk.total === 0 ? TENTHS : Math.floor((chunk.done * TENTHS) / chunk.total);
      if (tenth === lastShown) return;
      lastShown = tenth;
      const filled = rows === null ? "" : `, ${rows} rows`;
      stderr(`${name} ${chunk.done}/${chunk.total} chunks${filled}, ${(elapsedMs / 1000).toFixed(1)} s\n`);
    },
    end: () => undefined,
  };
}
