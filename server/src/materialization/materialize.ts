import { mapConcurrently } from "../core/index";
import { failedChanges } from "../engine/index";
import type { RegisteredView } from "../registry/index";
import { sweep } from "./janitor";
import { keptChanges } from "./kept-changes";
import type { MaterializeDependencies, MaterializedView, MaterializeRequest, ViewPosition } from "./materialization";
import { materializationTargets, successorInWaiting } from "./materialization-targets";
import { materializeView } from "./materialize-view";
import type { SweepReport } from "./run-types";

export interface MaterializeReport {
  readonly views: readonly MaterializedView[];
  /** The leftovers removed at the end; null if the sweep failed. */
  readonly swept: SweepReport | null;
}

/** An incremental run consists of short single-process statements, and waits for the disk when it publishes. */
const INCREMENTAL_AT_ONCE = 2;

/**
 * Fills and publishes a new generation of each view, one after the other; incremental ones two at a time. A view that
 * fails keeps its served generation and does not stop the others. The report says which failed and why.
 *
 * @throws FeatstoreError for unknown view names
 * @example
 * const report = await materialize(dependencies, { views: ["speech_sentiment"], onProgress: ({ phase }) => print(phase)
 * });
 */
export async function materialize(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest = {},
): Promise<MaterializeReport> {
  const snapshot = await dependencies.registry.snapshot();
  const targets = materializationTargets(snapshot, request.views);
  // Successors come first: once one is published, its predecessor need not be computed.
  const replaced = request.views === undefined ? targets.filter((each) => successorInWaiting(snapshot, each)) : [];
  const first = targets.filter((each) => !replaced.includes(each));
  const changes =
    request.mode === "incremental" || request.mode === "reconcile"
      ? await keptChanges(dependencies, targets, request).catch(failedChanges)
      : null;
  const each = async (target: RegisteredView, position: ViewPosition): Promise<MaterializedView> => {
    const done = await materializeView({ dependencies, request, registered: target, position, changes });
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
    await changes?.drop().catch(() => undefined); // on failure its lease expires, and a sweep drops it
  }
  const swept = await sweep(dependencies).catch(() => null); // on failure the next sweep cleans up
  return { views, swept };
}

function isPublished(views: readonly MaterializedView[], target: RegisteredView | undefined): boolean {
  return views.some(
    ({ view, version, state }) =>
      state === "published" && view === target?.view.name && version === target.view.version,
  );
}

/** Runs a full run with the as-of time of the incremental run that just ended, and compares the two. */
async function reconcile(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest,
  target: RegisteredView,
  position: ViewPosition,
  { asOf, generation }: MaterializedView,
): Promise<MaterializedView> {
  const asRequested = asOf === null ? request : { ...request, asOf };
  const done = await materializeView({
    dependencies,
    request: asRequested,
    registered: target,
    position,
    changes: null,
  });
  if (done.state !== "published" || done.generation === null || generation === null) return done;
  const published = { view: done.view, version: done.version, generation: done.generation };
  // The generation stays published even if the comparison fails.
  const repaired = await dependencies.offline.noteRepairs(published, generation).catch(() => null);
  return { ...done, repaired };
}
