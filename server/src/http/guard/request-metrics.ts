import type { Metric, Registry } from "prom-client";

/** Counts and times the requests of a route. */
export interface RequestMetrics {
  observe(route: string, method: string, status: number, seconds: number): void;
}

const NAME = "featstore_http_request_duration_seconds";
const HELP = "Time from a request's headers to its response, by route, method and status";
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

interface Series {
  readonly labels: { readonly route: string; readonly method: string; readonly status: string };
  /** Per bucket, not cumulative; the last bucket is above all bounds. */
  readonly counts: number[];
  sum: number;
}

/**
 * A histogram by route pattern, method and status, never by key or entity id. It keeps its own counts, which the
 * registry reads with the metrics, because the library's histogram looks up its labels at every observation.
 */
export function createRequestMetrics(registry: Registry): RequestMetrics {
  const byRoute = new Map<string, Map<string, (Series | undefined)[]>>();

  const seriesOf = (route: string, method: string, status: number): Series => {
    let byMethod = byRoute.get(route);
    if (byMethod === undefined) {
      byMethod = new Map();
      byRoute.set(route, byMethod);
    }
    // Clients can invent methods, and each would be a series of its own forever.
    const name = KNOWN_METHODS.has(method) ? method : "OTHER";
    let byStatus = byMethod.get(name);
    if (byStatus === undefined) {
      byStatus = [];
      byMethod.set(name, byStatus);
    }
    let series = byStatus[status];
    if (series === undefined) {
      const labels = { route, method: name, status: String(status) };
      series = { labels, counts: Array.from({ length: BOUNDS.length + 1 }, () => 0), sum: 0 };
      byStatus[status] = series;
    }
    return series;
  };

  const histogram = {
    name: NAME,
    help: HELP,
    type: "histogram",
    aggregator: "sum",
    async get() {
      const all = [...byRoute.values()]
        .flatMap((byMethod) => [...byMethod.values()])
        .flatMap((byStatus) => Object.values(byStatus));
      return {
        name: NAME,
        help: HELP,
        type: "histogram",
        aggregator: "sum",
        values: all.filter((series) => series !== undefined).flatMap(valuesOf),
      };
    },
    reset: () => byRoute.clear(),
  };
  // The registry uses only these members of a metric.
  registry.registerMetric(histogram as unknown as Metric);

  return {
    observe(route, method, status, seconds) {
      const series = seriesOf(route, method, status);
      let bucket = 0;
      while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket++;
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.sum += seconds;
    },
  };
}

const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

function valuesOf({ labels, counts, sum }: Series) {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return { labels: { le: BOUNDS[index] ?? "+Inf", ...labels }, value: total, metricName: `${NAME}_bucket` };
  });
  return [
    ...buckets,
    { labels, value: sum, metricName: `${NAME}_sum` },
    { labels, value: total, metricName: `${NAME}_count` },
  ];
}
