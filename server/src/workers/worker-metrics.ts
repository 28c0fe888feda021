import { AggregatorRegistry, Gauge, type MetricObjectWithValues, type MetricValue, Registry } from "prom-client";

export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** One process's metrics as data. */
export type ProcessMetrics = readonly MetricObjectWithValues<MetricValue<string>>[];

/**
 * Merges the metrics of all workers into one text, each as its aggregator defines. `featstore_workers` shows how many
 * workers are configured and how many answered: one that is starting, dead or stuck is missing in all other metrics.
 */
export async function exposeWorkers(
  own: Registry,
  others: () => Promise<readonly ProcessMetrics[]>,
  workers: number,
): Promise<Exposition> {
  // If the supervisor does not answer, this worker's metrics are still exposed.
  const [mine, theirs] = await Promise.all([own.getMetricsAsJSON(), others().catch(() => [])]);
  const all = [mine, ...theirs];
  const summed = AggregatorRegistry.aggregate(all.map((metrics) => [...metrics]));
  const counts = new Registry();
  const gauge = new Gauge({
    name: "featstore_workers",
    help: "Configured worker processes, and those that these metrics include",
    labelNames: ["state"],
    registers: [counts],
  });
  gauge.set({ state: "configured" }, workers);
  gauge.set({ state: "answered" }, all.length);
  return { contentType: own.contentType, body: `${await counts.metrics()}\n${await summed.metrics()}` };
}
