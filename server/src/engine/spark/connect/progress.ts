import { EngineError } from "../../engine-error";
import type { ExecutePlanResponse, ExecutePlanResponse_ExecutionProgress } from "./generated/spark/connect/base_pb";
import type { SparkProgress } from "./spark-session";

/** Adds up the stages of a message of progress. */
export function progressOf({ stages, numInflightTasks }: ExecutePlanResponse_ExecutionProgress): SparkProgress {
  const sum = (count: (stage: (typeof stages)[number]) => bigint) =>
    Number(stages.reduce((total, stage) => total + count(stage), 0n));
  return {
    stages: stages.length,
    completedStages: stages.filter(({ done }) => done).length,
    tasks: sum(({ numTasks }) => numTasks),
    completedTasks: sum(({ numCompletedTasks }) => numCompletedTasks),
    runningTasks: Number(numInflightTasks),
    bytesRead: sum(({ inputBytesRead }) => inputBytesRead),
  };
}

/**
 * Calls `onBusy` once tasks have waited for `busyMs` while none ran. Spark reports progress only when it changes, so a timer
 * measures the time. `end` stops it.
 */
export function busyWatch(engine: string, busyMs: number | undefined, onBusy: (error: EngineError) => void) {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    see({ tasks, completedTasks, runningTasks }: SparkProgress): void {
      if (busyMs === undefined) return;
      if (runningTasks > 0 || completedTasks >= tasks) end();
      else
        timer ??= setTimeout(() => {
          const seconds = Math.round(busyMs / 1000);
          const waited = `${tasks - completedTasks} tasks waited for ${seconds} s`;
          onBusy(new EngineError("engine_busy", `No executor of engine "${engine}" became free: ${waited}.`));
        }, busyMs);
    },
    end,
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
