import { documentHash, meaningHash, serviceMeaningHash } from "../ir/canonical";
import type { Definitions } from "../ir/definitions";
import type { FeatureService, FeatureView } from "../ir/nodes";
import { featuresReadBy } from "../ir/service-reads";
import { idOf } from "./check-across";
import type { Diagnostic } from "./diagnostics";
import { type CheckOptions, createCollector, type Report } from "./report";

/** A version as registered. */
export interface RegisteredVersion {
  readonly kind: "feature_view" | "feature_service";
  readonly name: string;
  readonly version: number;
  readonly meaningHash: string;
  readonly documentHash: string;
  /** Services are always `active`. */
  readonly state: "active" | "deprecated" | "retired";
  /** When it was last applied, `2026-01-01T00:00:00Z`. */
  readonly appliedAt: string;
  /** The replacement of a retiring version; null: none. */
  readonly successor: string | null;
}

/**
 * Checks valid definitions against the registered versions: skipped numbers, files older than the registry, retired
 * versions.
 */
export function checkVersions(
  { featureViews, featureServices }: Definitions,
  registered: readonly RegisteredVersion[],
  options: CheckOptions = {},
): Diagnostic[] {
  const { diagnostics, reportOf } = createCollector(options);
  for (const definition of [...featureViews, ...featureServices]) {
    const own = registered.filter(({ kind, name }) => kind === definition.kind && name === definition.name);
    const defined = [...featureViews, ...featureServices].filter(
      ({ kind, name }) => kind === definition.kind && name === definition.name,
    );
    const report = reportOf(idOf(definition));
    checkStale(report, definition, defined, own);
    const same = own.find(({ version }) => version === definition.version);
    if (same?.state === "retired") report("version_retired", "version", { name: idOf(definition) });
    if (same !== undefined) continue;
    checkSkipped(report, definition, [...defined, ...own]);
    if (definition.kind === "feature_service") checkReads(report, definition, registered);
  }
  return [...diagnostics];
}

type Versioned = Pick<RegisteredVersion, "version">;

function checkSkipped(report: Report, { version }: Versioned, known: readonly Versioned[]): void {
  const newest = newestOf(known.filter((other) => other.version < version));
  if (newest !== undefined && version > newest.version + 1) {
    report("version_skipped", "version", { version, newest: newest.version });
  }
}

/** Files that lack the newest version are older than the registry, and applying them might undo changes. */
function checkStale(
  report: Report,
  definition: FeatureView | FeatureService,
  defined: readonly Versioned[],
  registered: readonly RegisteredVersion[],
): void {
  const newest = newestOf(registered.filter(({ state }) => state !== "retired"));
  const newestDefined = newestOf(defined)?.version ?? definition.version;
  if (newest === undefined || newest.version <= newestDefined || definition.version !== newestDefined) return;
  const same = registered.find(({ version }) => version === definition.version);
  const meaning = definition.kind === "feature_view" ? meaningHash(definition) : serviceMeaningHash(definition);
  // A changed meaning is already rejected, with the version number to use.
  const isWritten =
    same === undefined || (same.meaningHash === meaning && same.documentHash !== documentHash(definition));
  report("definitions_stale", "version", { newest: idOf(newest), appliedAt: newest.appliedAt, isWritten });
}

function checkReads(report: Report, service: FeatureService, registered: readonly RegisteredVersion[]): void {
  for (const id of new Set(featuresReadBy(service).map(({ view, version }) => idOf({ name: view, version })))) {
    const read = registered.find((view) => view.kind === "feature_view" && idOf(view) === id);
    if (read === undefined || read.state === "active") continue;
    report("service_reads_retiring", "features", { name: id, state: read.state, successor: read.successor });
  }
}

function newestOf<Item extends Versioned>(items: readonly Item[]): Item | undefined {
  return items.reduce<Item | undefined>(
    (newest, item) => (newest !== undefined && newest.version > item.version ? newest : item),
    undefined,
  );
}
