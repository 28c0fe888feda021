import { adoptSpine } from "../spine/load-spine";
import type { StartedTrainingSet } from "./active-jobs";
import { claimJob } from "./claim-job";
import type { JobContext } from "./job-context";
import { restoreJob } from "./stored-job";

/** Ends the jobs of dead processes that cannot be resumed; returns the tokens of all jobs of dead processes. */
export async function endDeadJobs({ options, jobs }: JobContext): Promise<readonly string[]> {
  const { engine, store, files, isDead } = options;
  const dead: string[] = [];
  for (const each of await store.holders()) {
    if (!jobs.has(each.id) && (await isDead(each.holder))) dead.push(each.token);
  }
  await store.sweep(dead);
  // Folders of ids that the database does not know belong to another database's jobs.
  for (const id of await store.withoutResult(await files.ids())) if (!jobs.has(id)) await files.remove(id);
  for (const work of await store.abandoned(await files.works())) if (!jobs.has(work.id)) await files.discard(work);
  await engine.sweepSpines(async (ids) => (await store.ended(ids)).filter((id) => !jobs.has(id)));
  return dead;
}

/** Resumes the loaded job of a dead process. Returns undefined if another process has it or it has ended. */
export async function resumeOrphan(
  context: JobContext,
  { id, token }: { readonly id: string; readonly token: string },
  signal: AbortSignal | undefined,
): Promise<StartedTrainingSet | undefined> {
  const { options, runner } = context;
  const { store, files, holder } = options;
  const stored = await store.read(id);
  if (stored === undefined) return undefined;
  const job = await claimJob(context, stored, () => store.take(id, token, holder), signal);
  if (job === undefined) return undefined;
  try {
    await adoptSpine(files, { id, token }, job.held);
    // Restored at its turn, so that a crash of this process counts as an attempt.
    return runner.enqueue(job, stored.spineRows ?? 0, async (call) =>
      restoreJob(options, await options.snapshot(), job.held, call),
    );
  } catch (error) {
    await runner.fail(job, error);
    throw error;
  }
}

/** Resumes the jobs of dead processes, and removes their other files and expired training sets. */
export async function sweepJobs(context: JobContext): Promise<void> {
  const { options, jobs } = context;
  const { store, retentionDays, resumesDeadJobs, onFault } = options;
  if (retentionDays !== undefined && retentionDays !== null) await store.expire(retentionDays);
  const dead = await endDeadJobs(context);
  if (resumesDeadJobs !== true) return;
  for (const orphan of await store.orphans(dead)) {
    if (jobs.isClosed()) return;
    if (!jobs.has(orphan.id))
      await resumeOrphan(context, orphan, undefined).catch((error: unknown) => onFault(error, orphan.id));
  }
}
