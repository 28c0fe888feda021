import { CommandProblem, type ExitName } from "../core/index";
import { isSurelyDead, thisProcess } from "../database/index";
import {
  type MaterializeDependencies,
  type MaterializedView,
  materialize as materializeViews,
  type SweepReport,
} from "../materialization/index";
import { recordDrift } from "../quality/index";
import { defineFeatstoreCommand } from "./kit/command";
import { instantOf } from "./kit/instant-of";
import { withDatabase } from "./kit/session";
import { table } from "./kit/table";
import { awaitServer, servedLines } from "./materialize/await-server";
import { forceReason } from "./materialize/force-reason";
import { startProgress } from "./materialize/progress";
import { isPublished, milliseconds, publishedWarnings, viewDocument, viewNotes } from "./materialize/view-report";

const REASONS: Readonly<Record<NonNullable<SweepReport["givenUp"]>[number]["why"], string>> = {
  superseded: "a later generation is published",
  too_old: "it was a week old",
  version_retired: "the version is retired",
};

export const materialize = defineFeatstoreCommand({
  name: "materialize",
  summary: "Computes features and publishes them as a new generation",
  args: {
    views: {
      type: "positional",
      description: "view or view@2 (default: all views read by unpinned names and services)",
      required: false,
    },
    incremental: {
      type: "boolean",
      description: "Compute only what changed since the last run; everything if changes cannot be found",
    },
    reconcile: {
      type: "boolean",
      description:
        "Compute what changed, then everything, and report differences; only this finds deleted rows and changed keys",
    },
    force: {
      type: "boolean",
      description: "Publish even if contracts or row bounds are broken; needs --reason",
    },
    reason: { type: "string", description: "The reason for --force; stored in featstore history", valueHint: "text" },
    "as-of": {
      type: "string",
      description:
        "Compute and serve values as of this instant (default: now); for a past instant, warns until the next run",
      valueHint: "time",
    },
  },
  rest: "views",
  examples: [
    { line: "featstore materialize", does: "all views" },
    { line: "featstore materialize speech_sentiment speech_profile@1", does: "two of them" },
    {
      line: "featstore materialize --incremental",
      does: "all views, but only entities with changes",
    },
    {
      line: "featstore materialize --as-of 2026-01-01T00:00:00Z",
      does: "serves values as known then, with a warning, until the next run without --as-of",
    },
    {
      line: 'featstore materialize speech_sentiment --force --reason "the new model calls fewer texts neutral"',
      does: "publishes a generation that breaks a contract",
    },
  ],
  run: (args, io) => {
    const asOf = args["as-of"] === undefined ? undefined : instantOf(args["as-of"], "--as-of");
    const forceBecause = forceReason("featstore materialize", args.force === true, args.reason);
    return withDatabase(args, io, "require", async (session) => {
      const { registry, engine, offline, quality, config } = session;
      const progress = startProgress(io);
      try {
        const dependencies: MaterializeDependencies = {
          ...{ registry, engine, offline, holder: await thisProcess(), isDead: isSurelyDead },
          readBack: session.readBack,
          onProfiled: (registered, generation) => recordDrift(quality, registered, generation, config.drift),
        };
        const { report, served } = await awaitServer(session, io, () =>
          materializeViews(dependencies, {
            ...(args._.length === 0 ? {} : { views: args._ }),
            mode: modeOf(args.incremental === true, args.reconcile === true),
            ...(asOf === undefined ? {} : { asOf }),
            ...(forceBecause === undefined ? {} : { forceBecause }),
            onProgress: progress.show,
            signal: io.signal,
          }),
        );
        const { views, swept } = report;
        progress.end();
        const warnings = [...publishedWarnings(views, asOf), ...givenUpWarnings(swept)];
        for (const { code, message } of warnings) io.stderr(`warning: ${code}: ${message}\n`);
        const exit = io.signal.aborted ? "interrupted" : exitOf(views);
        const notes = views.some(isPublished) ? servedLines(session, served) : [];
        return {
          json: { views: views.map(viewDocument), warnings, served },
          text: [reportText(views), ...notes].join("\n"),
          exit,
        };
      } finally {
        progress.end();
      }
    });
  },
});

function exitOf(views: readonly MaterializedView[]): ExitName {
  const others = views.filter((view) => !isPublished(view));
  if (others.length === 0) return "ok";
  return others.every(({ failure }) => failure?.code === "run_in_progress") ? "busy" : "failed";
}

function modeOf(incremental: boolean, reconcile: boolean): "full" | "incremental" | "reconcile" {
  if (!incremental || !reconcile) return incremental ? "incremental" : reconcile ? "reconcile" : "full";
  const what = "--incremental and --reconcile cannot be used together";
  const advice = "--reconcile runs incrementally first: leave out --incremental";
  throw new CommandProblem({ code: "modes_conflict", what, where: "featstore materialize", advice, exit: "usage" });
}

function reportText(views: readonly MaterializedView[]): string {
  if (views.length === 0) return "Nothing to materialize: run featstore apply first.";
  const lines = [
    table(
      ["view", "state", "generation", "rows", "computed", "seconds"],
      views.map((view) => [
        `${view.view}@${view.version}`,
        view.state.replace("_", " "),
        view.generation === null ? "" : String(view.generation),
        view.rows === null ? "" : String(view.rows),
        view.rows === null ? "" : view.recomputed === null ? "all" : String(view.recomputed),
        (milliseconds(view) / 1000).toFixed(1),
      ]),
    ),
  ];
  return [...lines, ...views.flatMap(viewNotes)].join("\n");
}

/** Lists warnings for interrupted backfills, of any view, that a sweep has abandoned. */
function givenUpWarnings(swept: SweepReport | null) {
  return (swept?.givenUp ?? []).map(({ runId, view, version, why }) => ({
    code: "backfill_given_up",
    message: `run ${runId}, an interrupted backfill of ${view}@${version}, cannot be resumed: ${REASONS[why]}`,
  }));
}
