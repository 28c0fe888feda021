import { AggregatorRegistry, Gauge, type MetricObjectWithValues, type MetricValue, Registry } from "prom-client";

export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** One process's metrics as data. */
export type ProcessMetrics = readonly MetricObjectWithValues<MetricValue<string>>[];

/**
 * The metrics of all workers in one text, each put together as its aggregator says. `featstore_workers` tells how many
 * there are to be and how many answered: one that is starting, dead or stuck is missing in all the rest.
 */
export async function exposeWorkers(
  own: Registry,
  others: () => Promise<readonly ProcessMetrics[]>,
  workers: number,
): Promise<Exposition> {
  // Where the supervisor does not answer there is still this one.
  const [mine, theirs] = await Promise.all([own.getMetricsAsJSON(), others().catch(() => [])]);
  const all = [mine, ...theirs];
  const summed = AggregatorRegistry.aggregate(all.map((metrics) => [...metrics]));
  const counts = new Registry();
  const gauge = new Gauge({
    name: "featstore_workers",
    help: "Worker processes that there are to be, and that these metrics are of",
    labelNames: ["state"],
    registers: [counts],
  });
  gauge.set({ state: "configured" }, workers);
  gauge.set({ state: "answered" }, all.length);
  return { contentType: own.contentType, body: `${await counts.metrics()}\n${await summed.metrics()}` };
}
