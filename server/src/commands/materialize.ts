import { LONGEST_KEY_BYTES } from "@featstore/definitions";
import { isSurelyDead, thisProcess } from "../run-holder";
import { instantText } from "../services/instant";
import { keyText } from "../services/key-text";
import { type MaterializedView, materialize as materializeViews } from "../services/materialize";
import { defineFeatstoreCommand } from "./base/command";
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
      line: "featstore materialize --as-of 2026-01-01T00:00:00Z",
      does: "serves what was known then, and warns; materialize without --as-of brings the present back",
    },
  ],
  run: (args, io) => {
    const asOf = args["as-of"] === undefined ? undefined : instantOf(args["as-of"], "--as-of");
    return withDatabase(args, io, "require", async ({ registry, offline }) => {
      const progress = startProgress(io);
      try {
        const { views } = await materializeViews(
          { registry, offline, holder: await thisProcess(), isDead: isSurelyDead },
          {
            ...(args._.length === 0 ? {} : { views: args._ }),
            ...(asOf === undefined ? {} : { asOf }),
            onProgress: progress.show,
            signal: io.signal,
          },
        );
        progress.end();
        const warnings = pastServed(views, asOf);
        for (const { code, message } of warnings) io.stderr(`warning: ${code}: ${message}\n`);
        const exit = io.signal.aborted ? "interrupted" : views.every(isPublished) ? "ok" : "failed";
        return { json: { views: views.map(viewDocument), warnings }, text: reportText(views), exit };
      } finally {
        progress.end();
      }
    });
  },
});

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
    run_id: view.runId,
    generation: view.generation,
    as_of: view.asOf === null ? null : instantText(view.asOf),
    rows: view.rows,
    milliseconds: milliseconds(view),
    ignored_rows: view.ignoredRows,
    unparsed: view.unparsed,
    failure: view.failure,
  };
}

function milliseconds(view: MaterializedView): number {
  return Math.round(Object.values(view.durations).reduce((sum, duration) => sum + duration, 0));
}

function reportText(views: readonly MaterializedView[]): string {
  if (views.length === 0) return "There is nothing to materialize: featstore apply comes first.";
  const lines = [
    table(
      ["view", "state", "generation", "rows", "seconds"],
      views.map((view) => [
        `${view.view}@${view.version}`,
        view.state.replace("_", " "),
        view.generation === null ? "" : String(view.generation),
        view.rows === null ? "" : String(view.rows),
        (milliseconds(view) / 1000).toFixed(1),
      ]),
    ),
  ];
  for (const view of views) {
    if (view.failure !== null)
      lines.push(`${view.view}@${view.version}: ${view.failure.code}: ${view.failure.message}`);
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
