import { type MaterializeDependencies, materialize } from "../materialization/index";
import type { ScheduledRun, ScheduledRunEnd } from "./scheduler";

/** Creates the scheduler's run function: each run is of one view version and incremental if possible. */
export function createScheduledRuns(
  dependencies: MaterializeDependencies,
): (run: ScheduledRun) => Promise<ScheduledRunEnd> {
  return async ({ view, version, mode, signal }) => {
    const { views } = await materialize(dependencies, { views: [`${view}@${version}`], mode, signal });
    const [made] = views;
    if (made?.state === "published")
      return { kind: "published", isFull: made.kind === "full", warnings: made.warnings };
    if (made === undefined || made.state === "not_begun" || signal.aborted) return { kind: "given_up" };
    if (made.failure?.code === "run_in_progress") return { kind: "busy" };
    return { kind: "failed", code: made.failure?.code ?? "internal", message: made.failure?.message ?? "" };
  };
}
