import type { UnparsedValues } from "@featstore/definitions";
import type {
  BrokenContract,
  FullReason,
  GenerationName,
  OfflineStore,
  Repairs,
  RunFailure,
  RunHolder,
  RunWarning,
  SweepReport,
} from "../stores/offline-store";
import type { RegisteredView, RegistryStore } from "../stores/registry";
import { failedChanges, findChanges } from "./find-changes";
import { sweep } from "./janitor";
import { mapConcurrently } from "./map-concurrently";
import { materializationTargets, successorInWaiting } from "./materialization-targets";
import { materializeView } from "./materialize-view";

export interface MaterializeDependencies {
  readonly registry: Pick<RegistryStore, "snapshot">;
  readonly offline: OfflineStore;
  /** Who runs it: `await thisProcess()`. */
  readonly holder: RunHolder;
  /** Whether the holder of another run is surely dead: `isSurelyDead`. */
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
  /** Called when a published generation has its profile; a failure of it fails nothing. */
  readonly onProfiled?: (registered: RegisteredView, generation: GenerationName) => Promise<void>;
}

export type MaterializePhase = "begin" | "fill" | "verify" | "publish";

/** Told at the start of each phase of a view, and at its end. */
export interface MaterializeProgress {
  readonly view: string;
  readonly version: number;
  /** The view's place among those of this materialization, from 1. */
  readonly position: number;
  readonly total: number;
  readonly phase: MaterializePhase | "published" | "failed";
  /** Known from the phase `verify` on. */
  readonly rows: number | null;
  /** Milliseconds since the view's turn began. */
  readonly elapsedMs: number;
  /** Of a run in chunks, while it is filled: those that are done, of how many. */
  readonly chunk?: { readonly done: number; readonly total: number };
}

export interface MaterializeRequest {
  /** `lyric_sentiment` or `lyric_sentiment@2`; absent: everything that is served or waits to be. */
  readonly views?: readonly string[];
  /**
   * `full`, the default, computes every entity; `incremental` those whose rows changed or whose windows moved since the
   * served generation, and is full by itself where that cannot be told. `reconcile` does both as of one time, and says
   * what the incremental one had wrong: of deleted rows, nothing is left to tell.
   */
  readonly mode?: "full" | "incremental" | "reconcile";
  /** Microseconds since 1970 UTC; absent: the database's clock, per view. */
  readonly asOf?: bigint;
  /** Why generations that break what their definitions promise are published all the same; kept with the run. Absent: they are not. */
  readonly forceBecause?: string;
  readonly onProgress?: (progress: MaterializeProgress) => void;
  /** Gives up: the view under way fails cleanly, those after it are not begun. */
  readonly signal?: AbortSignal;
  /** Milliseconds for the filling of one view. Default: one hour. */
  readonly fillDeadlineMs?: number;
  /** Milliseconds between heartbeats; the lease lasts thirty seconds. Default 5,000. */
  readonly heartbeatMs?: number;
}

export interface MaterializedView {
  readonly view: string;
  readonly version: number;
  /** `not_begun`: the materialization was given up before its turn. */
  readonly state: "published" | "failed" | "not_begun";
  readonly kind: "full" | "incremental";
  /** Entities that an incremental run computed; null of a full one. */
  readonly recomputed: number | null;
  /** Why a run that was asked to be incremental is full. */
  readonly whyFull: FullReason | null;
  /** What the incremental run of a reconciliation had wrong; null of other runs. */
  readonly repaired: Repairs | null;
  readonly runId: string | null;
  readonly generation: number | null;
  readonly asOf: bigint | null;
  readonly rows: number | null;
  /** Milliseconds of each phase that was reached. */
  readonly durations: Readonly<Partial<Record<MaterializePhase, number>>>;
  /** Rows that were left out: tenant and key together have more than `MAX_KEY_BYTES`. */
  readonly ignoredRows: number;
  /** Values that casts lost, by feature. */
  readonly unparsed: Readonly<Record<string, UnparsedValues>>;
  /** What the rows do not keep of the features' contracts: the run failed of it, or was forced. */
  readonly brokenContracts: readonly BrokenContract[];
  readonly warnings: readonly RunWarning[];
  /** Milliseconds that the profile took, after the publishing; null where there is none, as when it failed. */
  readonly profileMs: number | null;
  readonly failure: RunFailure | null;
}

export interface MaterializeReport {
  readonly views: readonly MaterializedView[];
  /** What was cleaned away at the end; null when that could not be done now. */
  readonly swept: SweepReport | null;
}

/** The position of a view among those of a materialization, from 1. */
export interface ViewPosition {
  readonly position: number;
  readonly total: number;
}

/** An incremental run is short statements of one process each, and waits for the disk when it publishes. */
const INCREMENTAL_AT_ONCE = 2;

/**
 * Fills and publishes a new generation of each view, one after the other; incremental ones two at once. A view that fails
 * keeps its served generation and does not stop the others; the report says which and why.
 *
 * @throws FeatstoreError for names that mean no view
 * @example
 * const report = await materialize(dependencies, { views: ["lyric_sentiment"], onProgress: ({ phase }) => print(phase) });
 */
export async function materialize(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest = {},
): Promise<MaterializeReport> {
  const snapshot = await dependencies.registry.snapshot();
  const targets = materializationTargets(snapshot, request.views);
  // Their successors come first: one that is published makes the computation of its predecessor unnecessary.
  const replaced = request.views === undefined ? targets.filter((each) => successorInWaiting(snapshot, each)) : [];
  const first = targets.filter((each) => !replaced.includes(each));
  const changes =
    request.mode === "incremental" || request.mode === "reconcile"
      ? await findChanges(dependencies, targets, request).catch(failedChanges)
      : null;
  const each = async (target: RegisteredView, position: ViewPosition): Promise<MaterializedView> => {
    const done = await materializeView(dependencies, request, target, position, changes);
    const isChecked = request.mode === "reconcile" && done.state === "published" && done.kind === "incremental";
    return isChecked ? reconcile(dependencies, request, target, position, done) : done;
  };
  const atOnce = request.mode === "incremental" ? INCREMENTAL_AT_ONCE : 1;
  let views: readonly MaterializedView[];
  try {
    views = await mapConcurrently(atOnce, first, (target, index) =>
      each(target, { position: index + 1, total: first.length }),
    );
    const stays = replaced.filter((target) => !isPublished(views, successorInWaiting(snapshot, target)));
    const total = first.length + stays.length;
    const others = await mapConcurrently(atOnce, stays, (target, index) =>
      each(target, { position: first.length + index + 1, total }),
    );
    views = [...views, ...others];
  } finally {
    await changes?.drop().catch(() => undefined); // its lease runs out, and a sweep drops it
  }
  const swept = await sweep(dependencies).catch(() => null); // the next one cleans up: what was published stands
  return { views, swept };
}

function isPublished(views: readonly MaterializedView[], wanted: RegisteredView | undefined): boolean {
  return views.some(
    ({ view, version, state }) =>
      state === "published" && view === wanted?.view.name && version === wanted.view.version,
  );
}

/** A full run as of the time of the incremental one just done, and what that one had wrong. */
async function reconcile(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest,
  target: RegisteredView,
  position: ViewPosition,
  { asOf, generation }: MaterializedView,
): Promise<MaterializedView> {
  const asRequested = asOf === null ? request : { ...request, asOf };
  const done = await materializeView(dependencies, asRequested, target, position, null);
  if (done.state !== "published" || done.generation === null || generation === null) return done;
  const published = { view: done.view, version: done.version, generation: done.generation };
  // What is published stands, whether or not what was wrong before can be told.
  const repaired = await dependencies.offline.noteRepairs(published, generation).catch(() => null);
  return { ...done, repaired };
}
