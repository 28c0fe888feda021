import { Histogram, type Registry } from "prom-client";

/** Counts and times the requests of a route. */
export interface RequestMetrics {
  observe(route: string, method: string, status: number, seconds: number): void;
}

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Labels are the route's pattern, the method and the status: never a key, never an entity's id. */
export function createRequestMetrics(registry: Registry): RequestMetrics {
  const durations = new Histogram({
    name: "featstore_http_request_duration_seconds",
    help: "Time from a request's head to its answer, by route, method and status",
    labelNames: ["route", "method", "status"] as const,
    buckets: BUCKETS,
    registers: [registry],
  });
  // Looking labels up costs more than observing: each combination is looked up once.
  const children = new Map<string, Map<number, { observe(seconds: number): void }>>();
  return {
    observe(route, method, status, seconds) {
      const key = method === "GET" ? route : `${method} ${route}`;
      let byStatus = children.get(key);
      if (byStatus === undefined) {
        byStatus = new Map();
        children.set(key, byStatus);
      }
      let child = byStatus.get(status);
      if (child === undefined) {
        child = durations.labels({ route, method, status: String(status) });
        byStatus.set(status, child);
      }
      child.observe(seconds);
    },
  };
}
