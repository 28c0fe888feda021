import { readableSnapshot } from "../../registry/index";
import type { ResultColumn } from "../output/result-column";
import type { TrainingManifest, TrainingOptions } from "../output/training-manifest";
import { planAgain } from "../plan/training-plan";
import type { PassthroughColumn } from "../spine/check-spine";
import { loadStoredSpine } from "../spine/load-spine";
import type { TrainingSetRequest } from "../training-set-request";
import type { StartedTrainingSet } from "./active-jobs";
import type { JobContext } from "./job-context";
import { createJob, loadAndQueue } from "./new-job";

/** Who orders a rerun and which views they may read, and the signal that cancels it. */
export interface RerunCall extends Pick<TrainingSetRequest, "owner" | "signal" | "grants"> {}

const NO_LABELS = { labelColumn: null, allowLeakage: null } as const;

/** Starts a job that rebuilds a finished training set. Errors: as `TrainingSets.rerun`. */
export async function rerunJob(
  context: JobContext,
  original: TrainingManifest,
  tenant: string | null,
  { owner, signal, grants = null }: RerunCall,
): Promise<StartedTrainingSet> {
  const { snapshot, engine, files, deadlineMs } = context.options;
  const { id } = original;
  const plan = planAgain(readableSnapshot(await snapshot(), grants, "training:write"), pinnedBy(original), tenant);
  // Old manifests have no label options.
  const options: TrainingOptions = { ...NO_LABELS, ...original.options };
  const job = await createJob(context, { plan, request: { ...options, rerun: id }, owner, signal });
  const load = async () => {
    const loading = { engine, files, held: job.held, keys: plan.entity.key.map(({ name }) => name) };
    const spine = await loadStoredSpine(loading, id, { signal: job.controller.signal, deadlineMs });
    if (spine.sha256 !== original.spine.sha256) throw new Error(`The stored spine of ${id} does not match its SHA-256`);
    return { spine, passthrough: original.columns.flatMap(passthroughOf) };
  };
  return loadAndQueue(context, { job, plan, options, load, again: original, reuse: null });
}

function pinnedBy({ columns, labels = [], service = null }: TrainingManifest) {
  return {
    features: columns.flatMap(({ name, role, view, version, feature }) =>
      role !== "feature" || view === undefined || version === undefined || feature === undefined
        ? []
        : [{ column: name, view, version, feature }],
    ),
    labels: labels.map(({ name, horizon_seconds: seconds, view, version, feature }) => ({
      column: name,
      view,
      version,
      feature,
      horizonSeconds: seconds,
    })),
    service,
  };
}

function passthroughOf({ name, role, type, arrow }: ResultColumn): readonly PassthroughColumn[] {
  if (role !== "passthrough") return [];
  // The manifest was written from a `PassthroughColumn`.
  return [{ name, type: type as PassthroughColumn["type"], ...(arrow === undefined ? {} : { arrow }) }];
}
