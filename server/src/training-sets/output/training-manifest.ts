import { createHash } from "node:crypto";
import { COMPILER_VERSION, canonicalJson, instantText } from "@featstore/definitions/compiler";
import {
  type PlannedJoin,
  type SourceState,
  type SourceWrites,
  storedRowsOf,
  type TransactionWatermark,
} from "../../engine/index";
import type { LeakageReport } from "../plan/leakage";
import type { LostValues } from "../plan/lost-values";
import type { PinnedService, TrainingPlan } from "../plan/plan-types";
import type { Split } from "../plan/split";
import { pinnedOf } from "../plan/training-plan";
import type { LoadedSpine } from "../spine/load-spine";
import type { ResultColumn, TrainingFormat } from "./result-column";
import type { ResultRows } from "./result-rows";
import type { PartReport } from "./split-report";
import { splitWarnings, type TrainingWarning } from "./training-warnings";
import type { WrittenResult } from "./write-result";

/** The options of a training set, without its spine. */
export interface TrainingOptions {
  readonly service: string | null;
  readonly format: TrainingFormat;
  readonly asOfColumn: string;
  readonly timeZone: string | null;
  readonly split: Split | null;
  /** The passthrough column or key that is a label. */
  readonly labelColumn: string | null;
  /** The reason why features may equal a label; null if they may not. */
  readonly allowLeakage: string | null;
}

/** The state of a source while the training set was built. `moved` says that it changed meanwhile. */
export interface ManifestSource extends SourceState {
  readonly source: string;
  readonly at: string;
  readonly moved: boolean;
}

/** The manifest of a finished training set; written once, next to its data. */
export interface TrainingManifest {
  readonly id: string;
  readonly tenant: string | null;
  readonly entity: string;
  /** The service whose computed features, or features of other entities, are columns; null if there is none: `options` has the requested one. */
  readonly service: PinnedService | null;
  readonly options: TrainingOptions;
  readonly views: readonly {
    readonly view: string;
    readonly version: number;
    readonly meaning_hash: string;
    /** The plan that joined its rows with the spine; `join` examined pairs of rows. */
    readonly plan: "join" | "running";
    readonly joined_rows: number;
    /** Spine rows without a visible source row, with an expired one, and earlier than the source's history. */
    readonly rows: { readonly missing: number; readonly expired: number; readonly without_history: number };
  }[];
  readonly columns: readonly (ResultColumn & {
    readonly view?: string;
    readonly version?: number;
    readonly feature?: string;
    /** True if every value is null because the source keeps no history. */
    readonly without_history?: boolean;
  })[];
  /** The labels from features, without those from spine columns. */
  readonly labels: readonly {
    readonly name: string;
    readonly view: string;
    readonly version: number;
    readonly feature: string;
    readonly meaning_hash: string;
    readonly horizon_seconds: number;
    /** The time until which it can be known: the last fact of its source, or now; null if there is no fact. */
    readonly known_until: string | null;
    /** Rows with a null, nulls not known yet, and labels from facts already visible at the row's own time. */
    readonly rows: { readonly null: number; readonly not_known_yet: number; readonly already_visible: number };
  }[];
  /** Covers labels from features and `label_column`. */
  readonly leakage: LeakageReport;
  readonly spine: LoadedSpine;
  readonly sources: readonly ManifestSource[];
  /** Writes of later transactions may be missing. Absent in manifests older than this member. */
  readonly horizon?: TransactionWatermark;
  /** The stored rows that were read instead of sources without history. */
  readonly kept?: readonly StoredState[];
  readonly result: WrittenResult & { readonly rows: number };
  readonly split: Readonly<Record<string, PartReport>>;
  /** Values lost by casts that are not strict. Absent in manifests older than this member. */
  readonly unparsed?: readonly LostValues[];
  /** Absent in manifests older than this member. */
  readonly warnings?: readonly TrainingWarning[];
  readonly packages: Readonly<Record<string, string>>;
  readonly rerun: Rerun | null;
}

/** The stored rows of a view. `erasures` counts how often keys were erased from them. */
interface StoredState {
  readonly view: string;
  readonly version: number;
  readonly table: string;
  readonly since: string;
  readonly erasures: number;
}

/** Compares a rerun with the original training set. */
export interface Rerun {
  readonly of: string;
  readonly same: boolean;
  /** Sources whose row count, last row, last time or writes differ, and views (`name@1`) whose stored history does. */
  readonly moved: readonly string[];
  readonly detail: string;
}

export interface ManifestParts {
  readonly id: string;
  readonly plan: TrainingPlan;
  readonly join: PlannedJoin;
  readonly options: TrainingOptions;
  readonly spine: LoadedSpine;
  readonly before: readonly SourceState[];
  readonly after: readonly SourceState[];
  readonly watermark: TransactionWatermark;
  /** Writes to each source since the original. */
  readonly writes: readonly SourceWrites[];
  readonly sourcesAt: bigint;
  readonly knownUntil: readonly (bigint | null)[];
  readonly result: ResultRows;
  readonly written: WrittenResult;
  readonly packages: Readonly<Record<string, string>>;
  readonly again: TrainingManifest | null;
}

export function manifestOf(parts: ManifestParts): TrainingManifest {
  const { id, plan, join, options, spine, result, written, packages, again } = parts;
  const rows = result.rows();
  const sources = plan.sources.map(({ name }, index): ManifestSource => {
    const state = parts.before[index];
    if (state === undefined) throw new Error(`No state of source ${name}`);
    const moved = canonicalJson(state) !== canonicalJson(parts.after[index]);
    return { source: name, at: instantText(parts.sourcesAt), ...state, moved };
  });
  const made = [...plan.features, ...plan.computed.map(() => undefined), ...plan.labels];
  const first = result.columns.length - made.length;
  const manifest = {
    id,
    tenant: plan.tenant,
    entity: plan.entity.name,
    service: plan.service,
    options,
    views: plan.views.map((registered, index) => ({
      view: registered.view.name,
      version: registered.view.version,
      meaning_hash: registered.meaningHash,
      plan: join.strategies[index] ?? "join",
      joined_rows: join.joinedRows[index] ?? 0,
      rows: {
        missing: result.views()[index]?.missing ?? 0,
        expired: result.views()[index]?.expired ?? 0,
        without_history: isWithoutHistory(plan, join, index) ? rows : (join.beforeHistory[index] ?? 0),
      },
    })),
    columns: result.columns.map((column, index) => {
      const planning = made[index - first];
      if (index < first || planning === undefined) return column;
      const { column: _, ...more } = pinnedOf(planning);
      const unknown = join.withoutHistory[index - first] === true;
      return { ...column, ...more, ...(unknown ? { without_history: true } : {}) };
    }),
    labels: plan.labels.map((label, index) => {
      const { column, ...pinned } = pinnedOf(label);
      const until = parts.knownUntil[index] ?? null;
      const counts = result.labels()[index];
      return {
        name: column,
        ...pinned,
        meaning_hash: label.registered.meaningHash,
        horizon_seconds: label.horizonSeconds,
        known_until: until === null ? null : instantText(until),
        rows: {
          null: counts?.nulls ?? 0,
          not_known_yet: counts?.notKnownYet ?? 0,
          already_visible: counts?.alreadyVisible ?? 0,
        },
      };
    }),
    leakage: result.leakage(),
    spine,
    sources,
    horizon: parts.watermark,
    kept: storedStates(plan),
    result: { ...written, rows },
    split: result.parts(),
    unparsed: result.lost.report(),
    warnings: splitWarnings(options.split, result.parts()),
    packages: { ...packages, compiler: String(COMPILER_VERSION) },
  };
  return { ...manifest, rerun: again === null ? null : compare(again, parts, sources) };
}

function isWithoutHistory({ views, features }: TrainingPlan, join: PlannedJoin, view: number): boolean {
  return features.some(({ registered }, index) => registered === views[view] && join.withoutHistory[index] === true);
}

function compare(
  first: TrainingManifest,
  { plan, writes, written }: ManifestParts,
  sources: readonly ManifestSource[],
): Rerun {
  const originalOf = ({ source }: ManifestSource) => first.sources.find((each) => each.source === source);
  const hasMoved = (source: ManifestSource, index: number) => {
    const before = originalOf(source);
    if (source.moved || before === undefined || before.moved || stateOf(before) !== stateOf(source)) return true;
    return writes[index] === "written";
  };
  const storedBefore = (first.kept ?? []).map((each) => canonicalJson(each));
  const movedSources = sources.filter(hasMoved);
  const movedViews = (first.kept === undefined ? [] : storedStates(plan))
    .filter((each) => !storedBefore.includes(canonicalJson(each)))
    .map(({ view, version }) => `${view}@${version}`);
  // The list of a source's files shows what was written.
  const unknown = sources
    .filter(({ files }, index) => files === undefined && writes[index] === "unknown")
    .map(({ source }) => source);
  const same = first.result.sha256 === written.sha256;
  const reasons = [
    ...movedSources.map((source) => reasonText(source, originalOf(source))),
    ...movedViews.map((view) => `"${view}" changed`),
  ];
  const moved = [...movedSources.map(({ source }) => source), ...movedViews];
  return { of: first.id, same, moved, detail: sentence(same, reasons, unknown) };
}

function reasonText({ source, files }: ManifestSource, before: ManifestSource | undefined): string {
  if (files === undefined || before?.files === undefined) return `"${source}" changed`;
  const { count } = before.files;
  return `the files of "${source}" changed${files.count === count ? "" : `: ${files.count} instead of ${count}`}`;
}

function sentence(same: boolean, reasons: readonly string[], unknown: readonly string[]): string {
  const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
  if (reasons.length > 0)
    return `${same ? "The same bytes, though" : "Other bytes, because"} ${reasons.join(" and ")}.`;
  if (unknown.length > 0)
    return `${same ? "The same bytes" : "Other bytes"}; it is unknown whether rows of ${list(unknown)} were changed in place.`;
  return same
    ? "The same bytes, from the same sources."
    : "Other bytes, though no row of a source was written since: another version of Featstore wrote it.";
}

/** Returns the state of the stored rows of a plan's views, including those of its labels. */
function storedStates({ views, labels }: TrainingPlan): readonly StoredState[] {
  return [...new Set([...views, ...labels.map(({ registered }) => registered)])].flatMap((registered) => {
    const { name: view, version } = registered.view;
    const storedRows = storedRowsOf(registered);
    return storedRows === null ? [] : [{ view, version, ...storedRows, erasures: registered.erasures ?? 0 }];
  });
}

/** Computes SHA-256 over everything that the result's bytes depend on, except the sources' rows. */
export function reuseKeyOf({
  plan,
  options,
  spine,
  packages,
}: Pick<ManifestParts, "plan" | "options" | "spine" | "packages">): string {
  const { service: _, ...requested } = options;
  const features = plan.features.map(({ column, registered, feature }) => [
    column,
    registered.meaningHash,
    feature.name,
  ]);
  const labels = plan.labels.map(({ column, registered, feature, horizonSeconds }) => [
    column,
    registered.meaningHash,
    feature.name,
    horizonSeconds,
  ]);
  const text = canonicalJson({
    features,
    service: plan.service,
    labels,
    entity: plan.entity.name,
    tenant: plan.tenant,
    asked: requested,
    spine: spine.sha256,
    compiler: COMPILER_VERSION,
    packages,
  });
  return createHash("sha256").update(text).digest("hex");
}

/** Returns whether sources and stored rows are as they were for a training set, apart from rows changed in place. */
export function isOfSources(
  { sources, kept: storedRows }: TrainingManifest,
  plan: TrainingPlan,
  states: readonly SourceState[],
): boolean {
  if (canonicalJson(storedRows ?? null) !== canonicalJson(storedStates(plan))) return false;
  return plan.sources.every(({ name }, index) => {
    const then = sources.find(({ source }) => source === name);
    const state = states[index];
    if (then === undefined || then.moved || state === undefined) return false;
    return stateOf(then) === canonicalJson(state);
  });
}

function stateOf({ source: _, at: __, moved: ___, ...state }: ManifestSource): string {
  return canonicalJson(state);
}
