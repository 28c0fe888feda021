import { instantText, MAX_KEY_BYTES } from "@featstore/definitions/compiler";
import { keyText } from "../../core/index";
import type { FullReason } from "../../engine/index";
import { brokenContractText, type MaterializedView } from "../../materialization/index";
import { nowMicros } from "../kit/now-micros";
import { unparsedLines } from "../kit/unparsed-lines";

/** A run with any state. */
type Reported = Omit<MaterializedView, "state"> & { readonly state: string };

/** Lists warnings about published values. */
export function publishedWarnings(views: readonly Reported[], asOf: bigint | undefined) {
  return [...pastServed(views, asOf), ...forced(views), ...runWarnings(views)];
}

function runWarnings(views: readonly Reported[]) {
  return views.flatMap(({ view, version, warnings }) =>
    warnings.map(({ code, message }) => ({ code, message: `${view}@${version}: ${message}` })),
  );
}

function forced(views: readonly Reported[]) {
  return views
    .filter((view) => isPublished(view) && view.brokenContracts.length > 0)
    .map(({ view, version, brokenContracts }) => ({
      code: "contract_broken",
      message: `${view}@${version} was published despite broken contracts: ${brokenContracts.map(brokenContractText).join("; ")}`,
    }));
}

/** Warns about a run as of the past: it changes the served values. */
function pastServed(views: readonly Reported[], asOf: bigint | undefined) {
  const published = views.filter(isPublished).map(({ view, version }) => `${view}@${version}`);
  if (asOf === undefined || asOf >= nowMicros() || published.length === 0) return [];
  const message = `${published.join(", ")} now ${published.length === 1 ? "serves" : "serve"} values as of ${instantText(asOf)}, not current ones; run featstore materialize without --as-of for current values`;
  return [{ code: "past_served", message }];
}

export function isPublished({ state }: Pick<Reported, "state">): boolean {
  return state === "published";
}

/** Maps a view's run to its JSON document. */
export function viewDocument(view: Reported) {
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
    warnings: view.warnings,
    profile_milliseconds: view.profileMs === null ? null : Math.round(view.profileMs),
    failure: view.failure === null ? null : { code: view.failure.code, message: view.failure.message },
  };
}

/** Sums the durations of all phases, rounded. */
export function milliseconds(view: Pick<MaterializedView, "durations">): number {
  return Math.round(Object.values(view.durations).reduce((sum, duration) => sum + duration, 0));
}

const WHY_FULL: Readonly<Record<FullReason, string>> = {
  no_baseline: "there is no earlier run to find changes since",
  source_is_no_table:
    "the source is a query, a view, a foreign table or files, whose rows do not tell when they were written; declare its `lateness`, the longest time from a row's event until it can be read (more than a day for files that are written once a day)",
  source_is_extended:
    "the source is extended and does not consist of two tables, whose rows tell when they were written",
  key_may_change:
    "a row may change its key column without leaving a trace; if rows never do, declare the column `.static()`",
  source_altered:
    "the source's table or view was altered since the last run, or a partition with older rows was attached or detached",
  source_has_delete_files:
    "the Iceberg table has files of deleted rows, with which its changes cannot be found; `rewrite_data_files` removes them",
  source_snapshot_expired:
    "the snapshot that the last run read has expired; keep snapshots for longer than the time between runs",
  source_rolled_back: "the Iceberg table was rolled back, or replaced, since the last run",
  source_not_scanned: "the source could not be scanned for changes",
  other_compiler: "the view was applied by a different version of featstore; apply it again",
  nulls_not_counted: "its contract limits nulls, and the last run did not count them",
  many_changes: "a full run was cheaper than computing so many changes",
};

/** Lists notes on a view's run besides its numbers, one per line. */
export function viewNotes(view: Reported): readonly string[] {
  const lines: string[] = [];
  if (view.failure !== null) lines.push(`${view.view}@${view.version}: ${view.failure.code}: ${view.failure.message}`);
  if (view.whyFull !== null && view.failure === null)
    lines.push(`${view.view}@${view.version}: everything was computed: ${WHY_FULL[view.whyFull]}`);
  if (view.repaired !== null) lines.push(`${view.view}@${view.version}: ${repairText(view.repaired)}`);
  if (view.ignoredRows > 0)
    lines.push(
      `${view.view}@${view.version}: ${view.ignoredRows} rows are ignored: their tenant and key together have more than ${MAX_KEY_BYTES} bytes`,
    );
  const lost = Object.entries(view.unparsed).map(([name, values]) => ({ name, ...values }));
  return [...lines, ...unparsedLines(lost, `${view.view}@${view.version}`)];
}

/** Says what a reconciling run found. */
function repairText({ rows, examples }: NonNullable<Reported["repaired"]>): string {
  if (rows === 0) return "0 rows of incremental runs differed from a full computation";
  return `${rows} wrong rows of incremental runs were repaired, such as those of ${examples.map(keyText).join("; ")}`;
}
