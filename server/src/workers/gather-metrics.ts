import type { ProcessMetrics } from "./worker-metrics";

/** Requests metrics from several workers at once. */
export interface MetricsGatherer {
  /** Returns the metrics of all workers that answer within the deadline. */
  gather(askers: readonly ((id: number) => void)[]): Promise<readonly ProcessMetrics[]>;
  /** Receives a worker's metrics. */
  receive(id: number, metrics: ProcessMetrics): void;
}

export function createMetricsGatherer(deadlineMs: number): MetricsGatherer {
  const rounds = new Map<number, (metrics: ProcessMetrics) => void>();
  let last = 0;
  return {
    gather: (askers) =>
      new Promise((resolve) => {
        const id = ++last;
        const answers: ProcessMetrics[] = [];
        const end = (): void => {
          clearTimeout(timer);
          rounds.delete(id);
          resolve(answers);
        };
        const timer = setTimeout(end, deadlineMs);
        rounds.set(id, (metrics) => {
          answers.push(metrics);
          if (answers.length === askers.length) end();
        });
        if (askers.length === 0) end();
        for (const ask of askers) ask(id);
      }),
    receive: (id, metrics) => rounds.get(id)?.(metrics),
  };
}
