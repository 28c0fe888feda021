import { LONGEST_KEY_BYTES } from "@featstore/definitions";
import { isSurelyDead, thisProcess } from "../run-holder";
import { instantText } from "../services/instant";
import { keyText } from "../services/key-text";
import { type MaterializedView, materialize as materializeViews } from "../services/materialize";
import { brokenContractText } from "../services/quality/contracts";
import { recordDrift } from "../services/quality/record-drift";
import type { FullReason } from "../stores/offline-store";
import { defineFeatstoreCommand } from "./base/command";
import { CommandProblem } from "./base/command-problem";
import { instantOf } from "./base/instant-of";
import { nowMicros } from "./base/now-micros";
import { withDatabase } from "./base/session";
import { table } from "./base/table";
import { startProgress } from "./materialize/progress";

export const materialize = defineFeatstoreCommand({
  name: "materialize",
  summary: "Computes features and publishes them as a new generation",
  args: {
    views: {
      type: "positional",
      description: "view or view@2 (default: all that unpinned names and services read)",
      required: false,
    },
    incremental: {
      type: "boolean",
      description: "Compute only what changed since the last run; everything where that cannot be told",
    },
    reconcile: {
      type: "boolean",
      description: "Compute what changed, then everything, and say what differs: of deleted rows only this can tell",
    },
    force: {
      type: "boolean",
      description: "Publish generations that break contracts all the same; needs --reason",
    },
    reason: { type: "string", description: "Why it is forced; featstore history keeps it", valueHint: "text" },
    "as-of": {
      type: "string",
      description:
        "Compute, and then serve, as of this instant (default: now); a past one is served with a warning until the next run",
      valueHint: "time",
    },
  },
  rest: "views",
  examples: [
    { line: "featstore materialize", does: "all views" },
    { line: "featstore materialize lyric_sentiment track_profile@1", does: "two of them" },
    {
      line: "featstore materialize --incremental",
      does: "all views, but only the entities of which something changed",
    },
    {
      line: "featstore materialize --as-of 2026-01-01T00:00:00Z",
      does: "serves what was known then, and warns; materialize without --as-of brings the present back",
    },
    {
      line: 'featstore materialize lyric_sentiment --force --reason "the new model calls fewer texts neutral"',
      does: "publishes a generation that breaks a contract",
    },
  ],
  run: (args, io) => {
    const asOf = args["as-of"] === undefined ? undefined : instantOf(args["as-of"], "--as-of");
    const forceBecause = forceReason(args.force === true, args.reason);
    return withDatabase(args, io, "require", async ({ registry, offline, quality, config }) => {
      const progress = startProgress(io);
      try {
        const { views } = await materializeViews(
          {
            ...{ registry, offline, holder: await thisProcess(), isDead: isSurelyDead },
            onProfiled: (registered, generation) => recordDrift(quality, registered, generation, config.drift),
          },
          {
            ...(args._.length === 0 ? {} : { views: args._ }),
            mode: modeOf(args.incremental === true, args.reconcile === true),
            ...(asOf === undefined ? {} : { asOf }),
            ...(forceBecause === undefined ? {} : { forceBecause }),
            onProgress: progress.show,
            signal: io.signal,
          },
        );
        progress.end();
        const warnings = [...pastServed(views, asOf), ...forced(views)];
        for (const { code, message } of warnings) io.stderr(`warning: ${code}: ${message}\n`);
        const exit = io.signal.aborted ? "interrupted" : views.every(isPublished) ? "ok" : "failed";
        return { json: { views: views.map(viewDocument), warnings }, text: reportText(views), exit };
      } finally {
        progress.end();
      }
    });
  },
});

function modeOf(incremental: boolean, reconcile: boolean): "full" | "incremental" | "reconcile" {
  if (!incremental || !reconcile) return incremental ? "incremental" : reconcile ? "reconcile" : "full";
  const what = "--incremental and --reconcile are two ways of running";
  const advice = "--reconcile runs incrementally first: leave out --incremental";
  throw new CommandProblem({ code: "modes_conflict", what, where: "featstore materialize", advice, exit: "usage" });
}

function forceReason(force: boolean, reason: string | undefined): string | undefined {
  const refuse = (what: string, advice: string) =>
    new CommandProblem({ code: "reason_required", what, where: "featstore materialize", advice, exit: "usage" });
  if (force && (reason === undefined || reason.trim() === "")) {
    throw refuse("--force needs a reason", 'write --reason "…": featstore history keeps it');
  }
  if (!force && reason !== undefined) throw refuse("--reason is for --force", "leave it out, or add --force");
  return reason;
}

function forced(views: readonly MaterializedView[]) {
  return views
    .filter((view) => isPublished(view) && view.brokenContracts.length > 0)
    .map(({ view, version, brokenContracts }) => ({
      code: "contract_broken",
      message: `${view}@${version} is published all the same: ${brokenContracts.map(brokenContractText).join("; ")}`,
    }));
}

/** Serving follows every run, so a run for the past changes what everybody reads: nobody should learn that from a model. */
function pastServed(views: readonly MaterializedView[], asOf: bigint | undefined) {
  const published = views.filter(isPublished).map(({ view, version }) => `${view}@${version}`);
  if (asOf === undefined || asOf >= nowMicros() || published.length === 0) return [];
  const message = `${published.join(", ")} now ${published.length === 1 ? "serves" : "serve"} values as of ${instantText(asOf)}, not of now; featstore materialize without --as-of brings the present back`;
  return [{ code: "past_served", message }];
}

function isPublished({ state }: MaterializedView): boolean {
  return state === "published";
}

function viewDocument(view: MaterializedView) {
  return {
    view: view.view,
    version: view.version,
    state: view.state,
    kind: view.kind,
    recomputed: view.recomputed,
    why_full: view.whyFull,
    repaired: view.repaired,
    run_id: view.runId,
    generation: view.generation,
    as_of: view.asOf === null ? null : instantText(view.asOf),
    rows: view.rows,
    milliseconds: milliseconds(view),
    ignored_rows: view.ignoredRows,
    unparsed: view.unparsed,
    broken_contracts: view.brokenContracts,
    profile_milliseconds: view.profileMs === null ? null : Math.round(view.profileMs),
    failure: view.failure === null ? null : { code: view.failure.code, message: view.failure.message },
  };
}

function milliseconds(view: MaterializedView): number {
  return Math.round(Object.values(view.durations).reduce((sum, duration) => sum + duration, 0));
}

const WHY_FULL: Readonly<Record<FullReason, string>> = {
  no_baseline: "there is no earlier run whose changes since then could be found",
  source_is_no_table: "the source is a query or a view, whose rows do not say when they were written",
  other_compiler: "the view was applied by another version of featstore; apply it again",
  nulls_not_counted: "its contract bounds nulls, and the last run did not count them",
  many_changes: "so much changed that this was cheaper",
};

function reportText(views: readonly MaterializedView[]): string {
  if (views.length === 0) return "There is nothing to materialize: featstore apply comes first.";
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
  for (const view of views) {
    if (view.failure !== null)
      lines.push(`${view.view}@${view.version}: ${view.failure.code}: ${view.failure.message}`);
    if (view.whyFull !== null)
      lines.push(`${view.view}@${view.version}: everything was computed: ${WHY_FULL[view.whyFull]}`);
    if (view.repaired !== null && view.repaired.rows > 0)
      lines.push(
        `${view.view}@${view.version}: incremental runs had ${view.repaired.rows} rows wrong, which are right now, among them those of ${view.repaired.examples.map(keyText).join("; ")}`,
      );
    if (view.ignoredRows > 0)
      lines.push(
        `${view.view}@${view.version}: ${view.ignoredRows} rows are ignored: their tenant and key together have more than ${LONGEST_KEY_BYTES} bytes`,
      );
    for (const [feature, { rows, examples }] of Object.entries(view.unparsed))
      lines.push(
        `${view.view}@${view.version}.${feature}: ${rows} values did not parse and are null, of ${examples.map(keyText).join("; ")}`,
      );
  }
  return lines.join("\n");
}
