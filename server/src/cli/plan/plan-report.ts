import { type DatasetPlan, isWritten } from "../../datasets/index";
import type { AbsentView, DiffLine, Plan, PlannedChanges, ServicePlan, ViewPlan } from "../../registry/index";
import { diagnosticsText, reportedDiagnostic } from "../check/diagnostics-report";
import { durationText } from "../kit/duration-text";
import { rolledBackText } from "../promote/rolled-back-text";
import { changeLines } from "./change-text";
import { keyDocument, keysText } from "./keys-report";
import { refusalText, refusedBecause } from "./refusal-text";
import { effortDocument, effortText, valuesDocument, valuesText } from "./values-report";

const REASONS: Readonly<Record<NonNullable<PlannedChanges["reason"]>, string>> = {
  query: "a query that declares no lateness",
  engine: "a source of another engine that declares no lateness",
  view_or_foreign_table: "a view or foreign table that declares no lateness",
  extended: "extended and does not consist of two tables",
  key_may_change: "keyed by a column that may change",
};

const NOT_YET_PLANNED =
  "to build: PostgreSQL can plan the SQL only after the first apply, which creates the functions it calls";

const CONTEXT_LINES = 2;

/** The parts of a report besides the plan of the registry. */
export interface ReportParts {
  /** The files of the definitions; see `LoadedDefinitions`. */
  readonly fileOf: ReadonlyMap<string, string>;
  /** Absent: the report does not say how changes are found. */
  readonly sources?: readonly PlannedChanges[];
  readonly datasets: readonly DatasetPlan[];
}

/** Maps a plan to its JSON document. */
export function planDocument(plan: Plan, { fileOf, sources, datasets }: ReportParts) {
  return {
    outcome: outcomeOf(plan, datasets),
    revision: plan.revision,
    views: plan.views.map((view) => ({
      name: view.name,
      version: view.version,
      state: view.state,
      renamed_from: view.renamedFrom,
      class: view.evolution?.class ?? null,
      changes: view.evolution?.changes ?? [],
      compared_with: view.comparedWith,
      suggested_version: view.suggestedVersion,
      rolled_back_to: view.rolledBackTo,
      stored_sql: view.storedSql,
      sql_diff: view.sqlDiff,
      consumers: view.consumers,
      keys: view.keys?.map(keyDocument) ?? null,
      owner: view.owner,
      to_build: effortDocument(view.effort),
      values: valuesDocument(view.values),
    })),
    services: plan.services.map((service) => ({
      name: service.name,
      version: service.version,
      state: service.state,
      suggested_version: service.suggestedVersion,
      rolled_back_to: service.rolledBackTo,
      renamed_views: service.renamedViews,
      moved_views: service.movedViews,
      refused_views: service.refusedViews,
    })),
    datasets: datasets.map(({ name, state }) => ({ name, state })),
    not_in_files: plan.absent,
    ...(sources === undefined ? {} : { sources: sources.map(changesDocument) }),
    diagnostics: plan.diagnostics.map((diagnostic) => reportedDiagnostic(diagnostic, fileOf)),
  };
}

/** Writes a plan as text: a paragraph for each view that changes, a line for each that does not. */
export function planText(plan: Plan, { fileOf, sources = [], datasets }: ReportParts): string {
  const paragraphs: string[] = [];
  if (plan.diagnostics.length > 0)
    paragraphs.push(diagnosticsText(plan.diagnostics.map((diagnostic) => reportedDiagnostic(diagnostic, fileOf))));
  const lines = [
    ...plan.views.flatMap(viewLines),
    ...(plan.views.some(({ effort }) => effort?.planned.state === "not_yet") ? [NOT_YET_PLANNED] : []),
    ...plan.services.flatMap(serviceLines),
    ...datasets.map(({ name, state }) => `dataset ${name}: ${datasetWords[state]}`),
    ...plan.absent.map(absentLine),
    ...sources.map(changesText),
  ];
  if (lines.length > 0) paragraphs.push(lines.join("\n"));
  const summary = { changes: "", nothing: "No changes.", refused: refusalText(plan) };
  const outcome = outcomeOf(plan, datasets);
  if (summary[outcome] !== "") paragraphs.push(summary[outcome]);
  return paragraphs.join("\n\n");
}

function outcomeOf({ outcome }: Plan, datasets: readonly DatasetPlan[]): Plan["outcome"] {
  return outcome === "nothing" && datasets.some(isWritten) ? "changes" : outcome;
}

const words: Readonly<Record<ViewPlan["state"], string>> = {
  new: "new",
  new_version: "new version",
  unchanged: "unchanged",
  metadata: "metadata only",
  compiler: "unchanged in meaning; this compiler generates different SQL",
  refused: "refused",
};

const datasetWords: Readonly<Record<DatasetPlan["state"], string>> = {
  new: "new",
  changed: "changed",
  unchanged: "unchanged",
  kept: "kept as it was applied, because these definitions are older than the registry",
};

function absentLine({ name, versions }: AbsentView): string {
  const pinned = versions.map((version) => `${name}@${version}`);
  return `view ${name}: in the registry but not in these files: still served; featstore retire ${pinned[0]} ends ${versions.length === 1 ? "it" : `one of its versions (${pinned.join(", ")})`}`;
}

function viewLines(view: ViewPlan): string[] {
  const renamed = view.renamedFrom === null ? "" : `, renamed from ${view.renamedFrom}`;
  const lines = [`view ${view.name}@${view.version}: ${words[view.state]}${renamed}`];
  lines.push(...waitingLines(view));
  if (view.state === "unchanged") return lines;
  if (view.evolution !== null && view.evolution.changes.length > 0) {
    lines.push(`  ${view.evolution.class}, compared with version ${view.comparedWith}:`);
    for (const change of view.evolution.changes) lines.push(...changeLines(change).map((line) => `    ${line}`));
  }
  if (view.suggestedVersion !== null)
    lines.push(`  An applied version never changes its meaning: make it version ${view.suggestedVersion}.`);
  if (view.isRemovable)
    lines.push(
      `  Or featstore retire ${view.renamedFrom ?? view.name}@${view.version}: it was never published, so its number becomes free.`,
    );
  if (view.storedSql === "kept" && view.sqlDiff !== null)
    lines.push("  The version keeps the SQL it was applied with.");
  const effort = view.effort === null ? undefined : effortText(view.effort);
  if (effort !== undefined) lines.push(`  ${effort}`);
  if (view.values !== null) lines.push(...valuesText(view.values).map((line) => `  ${line}`));
  if (view.consumers.length > 0) lines.push(`  read by ${view.consumers.join(", ")}`);
  if (view.keys !== null && view.keys.length > 0)
    lines.push(`  keys that read it within 30 days: ${keysText(view.keys)}`);
  if (view.sqlDiff !== null) lines.push("  SQL:", ...diffText(view.sqlDiff).map((line) => `    ${line}`));
  return lines;
}

function serviceLines(service: ServicePlan): string[] {
  const advice =
    service.suggestedVersion === null
      ? ""
      : `; ${refusedBecause(service)}, which needs another version: ${service.suggestedVersion}`;
  return [`service ${service.name}@${service.version}: ${words[service.state]}${advice}`, ...waitingLines(service)];
}

function waitingLines({ name, version, rolledBackTo, state }: ViewPlan | ServicePlan): string[] {
  if (rolledBackTo === null || state === "refused") return [];
  return [`  ${rolledBackText({ name, promoted: rolledBackTo, waiting: version })}`];
}

/** Returns the changed lines with some context. */
function diffText(lines: readonly DiffLine[]): string[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1).some(({ kind }) => kind !== "same"),
  );
  const marks = { same: " ", removed: "-", added: "+" };
  return lines.flatMap((line, index) => {
    if (near[index] === true) return [`${marks[line.kind]} ${line.text}`];
    return near[index - 1] === true ? ["  …"] : [];
  });
}

/** Maps a source's change detection to its JSON document. */
function changesDocument({ source, by, latenessSeconds, reason }: PlannedChanges) {
  return { name: source, changes: by, lateness_seconds: latenessSeconds, reason };
}

/** Writes a line on how incremental runs find the changes of a source. */
export function changesText({ source, by, latenessSeconds, reason }: PlannedChanges): string {
  if (reason !== null) return `source ${source}: views of it are computed in full; it is ${REASONS[reason]}`;
  if (by === "transaction") return `source ${source}: changes are found by transaction`;
  return `source ${source}: changes are found by lateness, ${durationText(latenessSeconds ?? 0)}; later ones by --reconcile`;
}
