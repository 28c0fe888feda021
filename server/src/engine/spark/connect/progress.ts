import { EngineError } from "../../engine-error";
import type { ExecutePlanResponse, ExecutePlanResponse_ExecutionProgress } from "./generated/spark/connect/base_pb";
import type { SparkProgress } from "./spark-session";

/** Adds up the stages of a message of progress. */
export function progressOf({ stages, numInflightTasks }: ExecutePlanResponse_ExecutionProgress): SparkProgress {
  const sum = (count: (stage: (typeof stages)[number]) => bigint) =>
    Number(stages.reduce((total, stage) => total + count(stage), 0n));
  return {
    tasks: sum(({ numTasks }) => numTasks),
    completedTasks: sum(({ numCompletedTasks }) => numCompletedTasks),
    runningTasks: Number(numInflightTasks),
    bytesRead: sum(({ inputBytesRead }) => inputBytesRead),
  };
}

/** Returns a function that is called with each progress, and throws `engine_busy` once tasks have waited for too long while none ran. */
export function busyWatch(
  engine: string,
  busyMs = Number.POSITIVE_INFINITY,
  now: () => number = Date.now,
): (progress: SparkProgress) => void {
  let since: number | undefined;
  return ({ tasks, completedTasks, runningTasks }) => {
    if (runningTasks > 0 || completedTasks >= tasks) since = undefined;
    else since ??= now();
    if (since === undefined || now() - since < busyMs) return;
    throw new EngineError(
      "engine_busy",
      `No executor of engine "${engine}" became free within ${Math.round(busyMs / 1000)} s, while ${tasks - completedTasks} tasks waited.`,
    );
  };
}

/** Returns a function that is called with each response, and returns whether Spark seems to have submitted the jobs that it has prepared. */
export function submissionWatch(): (response: ExecutePlanResponse) => boolean {
  let before = 0;
  let isSubmitted = false;
  return ({ responseType }) => {
    if (responseType.case === "executionProgress") {
      const now = responseType.value.stages.length;
      isSubmitted = now > 0 && now === before;
      before = now;
    } else if (responseType.case !== undefined) isSubmitted = true;
    return isSubmitted;
  };
}
