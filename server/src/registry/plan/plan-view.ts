import {
  type CompiledView,
  comparableRelations,
  compareViews,
  type Definitions,
  documentHash,
  type Engines,
  type Evolution,
  type FeatureView,
  featuresReadBy,
  meaningHash,
  type ResolveRelation,
  resolveRelations,
} from "@featstore/definitions/compiler";
import { diffArrays } from "diff";
import { type Planned, viewQuery } from "../../engine/index";
import type { KeyReader } from "../../usage/index";
import type { RegisteredView, RegistrySnapshot, ViewChange } from "../registry";
import { namesBefore } from "../rename-views";
import { rolledBackTo } from "../rolled-back";
import type { ValueComparison } from "./compare-values";

/**
 * `new`, `new_version`: will be registered. `metadata`: applies in place and rebuilds nothing. `compiler`: the meaning
 * is the same, but this compiler writes different SQL from what is stored. `refused`: a registered version would change
 * its meaning.
 */
export type ViewPlanState = "new" | "new_version" | "unchanged" | "metadata" | "compiler" | "refused";

/** A line of two texts that are compared: in both, only in the old, or only in the new one. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

export interface ViewPlan {
  readonly name: string;
  readonly version: number;
  readonly state: ViewPlanState;
  readonly owner: string | null;
  /** Its current name in the registry; null if it is not renamed. */
  readonly renamedFrom: string | null;
  /** The registered version that it was compared with; null for a new name. */
  readonly comparedWith: number | null;
  /** The changes since that version, and their class. */
  readonly evolution: Evolution | null;
  /** If refused: the version to use for the change. */
  readonly suggestedVersion: number | null;
  /** If refused and the registered version was never published: `featstore retire` frees its number. */
  readonly isRemovable: boolean;
  /** The promoted version if the name is rolled back to it and this newer one waits for `promote`; else null. */
  readonly rolledBackTo: number | null;
  readonly sql: string;
  /**
   * The difference between its SQL and that of the compared version; null if there is none, or nothing to compare with.
   */
  readonly sqlDiff: readonly DiffLine[] | null;
  /**
   * `kept`: a version that was ever filled keeps running its stored SQL, which is of another compiler. `rewritten`: its stored SQL
   * is of this compiler and follows the document. `replaced`: it was never filled.
   */
  readonly storedSql: "none" | "same" | "kept" | "rewritten" | "replaced";
  /** Services that read the view, in any version: `party_predictor@1`. */
  readonly consumers: readonly string[];
  /** Keys that read a version of the view within 30 days, newest first; null if not requested. */
  readonly keys: readonly KeyReader[] | null;
  /** The effort of materializing it; null if nothing would be built, or no database was used. */
  readonly effort: PlannedEffort | null;
  /** Its effect on values; null if nothing was compared. */
  readonly values: PlannedValues | null;
}

/** A view as its author wrote it, and with its names resolved to relations. */
export interface PlannedView {
  readonly written: FeatureView;
  readonly resolved: FeatureView;
  readonly now: ResolveRelation;
}

/**
 * Plans the apply of a view, and what would be written for it. `snapshot` already uses its new name; `renamedFrom` is
 * its name in the registry, or null if it is the same.
 */
export function planView(
  { written, resolved: view, now }: PlannedView,
  snapshot: RegistrySnapshot,
  definitions: Definitions,
  { renamedFrom, engines }: { readonly renamedFrom: string | null; readonly engines: Engines | undefined },
): { readonly plan: ViewPlan; readonly change: ViewChange | null } {
  const { name, version, owner } = view;
  const compiled = viewQuery(view, engines);
  const hashes = { meaningHash: meaningHash(view), documentHash: documentHash(view) };
  const change: ViewChange = { view, ...hashes, compiled };
  const known = snapshot.featureViews.get(name);
  const registered = known?.versions.get(version);
  const compared = registered ?? newestBelow(version, [...(known?.versions.values() ?? [])]);
  const base = {
    name,
    version,
    owner,
    renamedFrom,
    comparedWith: compared?.view.version ?? null,
    evolution: compared ? evolutionSince(compared.view, { written, resolved: view, now }, renamedFrom ?? name) : null,
    suggestedVersion: null,
    isRemovable: false,
    rolledBackTo: rolledBackTo(version, known),
    sql: compiled.text,
    sqlDiff: compared && compared.sql !== compiled.text ? lineDiff(compared.sql, compiled.text) : null,
    storedSql: "none",
    consumers: consumersOf([name, ...namesBefore(snapshot, name)], snapshot, definitions),
    keys: null,
    effort: null,
    values: null,
  } satisfies Omit<ViewPlan, "state">;

  if (!registered) return { plan: { ...base, state: known ? "new_version" : "new" }, change };
  // Computed again: the stored hash may be from a version of Featstore that hashed other parts.
  if (meaningHash(registered.view) !== hashes.meaningHash) {
    const versions = [...(known?.versions.keys() ?? []), ...versionsOf(name, definitions)];
    const suggestedVersion = Math.max(...versions) + 1;
    // A version that was published is served until it is retired.
    const isRemovable = registered.served === null && registered.state !== "retired";
    return { plan: { ...base, state: "refused", suggestedVersion, isRemovable }, change: null };
  }
  const isOwn = isSameSql(registered, viewQuery(registered.view, engines));
  const storedSql = storedSqlAfter(registered, compiled, isOwn);
  const isDocumentChanged = registered.documentHash !== hashes.documentHash;
  const isMetadata = isDocumentChanged || renamedFrom !== null || storedSql === "rewritten";
  const state = isMetadata ? "metadata" : storedSql === "same" ? "unchanged" : "compiler";
  const isWritten = isDocumentChanged || storedSql === "replaced" || storedSql === "rewritten";
  const replaced = { ...change, registered: { meaningHash: registered.meaningHash, takesSql: isOwn } };
  return { plan: { ...base, state, storedSql }, change: isWritten ? replaced : null };
}

/**
 * Two documents of one meaning may compile to different texts, for example if the source has another name. `isOwn`: the stored SQL is
 * what this compiler makes of the stored document, so a new text differs only because of the document and gives the same values.
 */
function storedSqlAfter(
  registered: RegisteredView,
  compiled: CompiledView,
  isOwn: boolean,
): Exclude<ViewPlan["storedSql"], "none"> {
  if (isSameSql(registered, compiled)) return "same";
  if (registered.lastGeneration === 0) return "replaced";
  return isOwn ? "rewritten" : "kept";
}

/** A version that was applied before relations were resolved is compared with names as written. */
function evolutionSince(before: FeatureView, { written, resolved, now }: PlannedView, name: string): Evolution {
  const isSame = before.version === resolved.version;
  const after = isSame ? resolved : resolveRelations(written, comparableRelations(before, now));
  return compareViews({ ...before, name }, after);
}

function isSameSql(registered: RegisteredView, compiled: CompiledView): boolean {
  const sameParameters = JSON.stringify(registered.parameters) === JSON.stringify(compiled.parameters);
  return registered.sql === compiled.text && sameParameters;
}

function newestBelow(version: number, registered: readonly RegisteredView[]): RegisteredView | undefined {
  const older = registered.filter(({ view }) => view.version < version);
  return (older.length > 0 ? older : registered).reduce<RegisteredView | undefined>(
    (newest, candidate) => (newest && newest.view.version > candidate.view.version ? newest : candidate),
    undefined,
  );
}

function versionsOf(name: string, { featureViews }: Definitions): readonly number[] {
  return featureViews.filter((view) => view.name === name).map((view) => view.version);
}

function consumersOf(
  names: readonly string[],
  snapshot: RegistrySnapshot,
  definitions: Definitions,
): readonly string[] {
  const registered = [...snapshot.featureServices.values()].flatMap(({ versions }) => [...versions.values()]);
  const services = [...registered.map(({ service }) => service), ...definitions.featureServices];
  const readers = services.filter((service) => featuresReadBy(service).some(({ view }) => names.includes(view)));
  return [...new Set(readers.map((service) => `${service.name}@${service.version}`))].sort();
}
/** The effort of building a view. */
export interface PlannedEffort {
  /** The name of the engine that estimated it. */
  readonly engine: string;
  readonly planned: Planned;
  /** Rows and bytes, including indexes, of the promoted version's served generation; null if there is none. */
  readonly like: { readonly version: number; readonly rows: number; readonly bytes: number | null } | null;
}
/** `failed`: the SQL of one of the two fails. `not_comparable`: their keys differ. */
export type PlannedValues =
  | { readonly state: "compared"; readonly comparison: ValueComparison }
  | { readonly state: "failed" | "not_comparable"; readonly reason: string };

function lineDiff(before: string, after: string): DiffLine[] {
  return diffArrays(before.split("\n"), after.split("\n")).flatMap(({ value, added, removed }) => {
    const kind = added ? "added" : removed ? "removed" : "same";
    return value.map((text) => ({ kind, text }));
  });
}
