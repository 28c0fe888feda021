import { Counter, Gauge, Registry } from "prom-client";
import { expect, test } from "vitest";
import { createRequestMetrics } from "../../src/http/guard/request-metrics";
import { exposeWorkers } from "../../src/workers/worker-metrics";

function createWorker(revision: number, requests: number): Registry {
  const registry = new Registry();
  new Gauge({ name: "revision", help: "r", aggregator: "min", registers: [registry] }).set(revision);
  new Counter({ name: "seen_total", help: "s", labelNames: ["lane"], registers: [registry] }).inc(
    { lane: "a" },
    requests,
  );
  const metrics = createRequestMetrics(registry);
  for (let request = 0; request < requests; request++) metrics.observe("/x", "GET", 200, 0.002);
  return registry;
}

test("adds up the counts of all workers, and shows shared values once", async () => {
  const others = [createWorker(7, 2), createWorker(9, 3)];
  const { body, contentType } = await exposeWorkers(
    createWorker(8, 1),
    () => Promise.all(others.map((other) => other.getMetricsAsJSON())),
    3,
  );
  expect(contentType).toContain("text/plain");
  expect(body).toContain("\nrevision 7\n");
  expect(body).toContain('\nseen_total{lane="a"} 6\n');
  const labels = 'route="/x",method="GET",status="200"';
  expect(body).toContain(`featstore_http_request_duration_seconds_count{${labels}} 6\n`);
  expect(body).toContain(`featstore_http_request_duration_seconds_bucket{le="0.001",${labels}} 0\n`);
  expect(body).toContain(`featstore_http_request_duration_seconds_bucket{le="0.0025",${labels}} 6\n`);
  expect(body).toContain('featstore_workers{state="configured"} 3\n');
  expect(body).toContain('featstore_workers{state="answered"} 3\n');
  for (const name of ["revision", "seen_total", "featstore_http_request_duration_seconds", "featstore_workers"])
    expect(body.split(`# TYPE ${name} `)).toHaveLength(2);
});

test("shows its own metrics when no other worker answers, with the number of answers", async () => {
  const { body } = await exposeWorkers(createWorker(8, 1), () => Promise.reject(new Error("no supervisor")), 2);
  expect(body).toContain('seen_total{lane="a"} 1');
  expect(body).toContain('featstore_workers{state="configured"} 2');
  expect(body).toContain('featstore_workers{state="answered"} 1');
});
