import { expect, test } from "vitest";
import { createMetricsGatherer } from "../../src/workers/gather-metrics";
import type { ProcessMetrics } from "../../src/workers/worker-metrics";

const metrics = (name: string): ProcessMetrics => [
  { name, help: name, type: "gauge" as never, aggregator: "sum", values: [], collect: () => undefined },
];

test("returns the metrics of all workers as soon as the last one reports", async () => {
  const gatherer = createMetricsGatherer(600_000);
  const requests: number[] = [];
  const gathered = gatherer.gather([(id) => requests.push(id), (id) => requests.push(id)]);
  for (const [index, id] of requests.entries()) gatherer.receive(id, metrics(`m${index}`));
  expect((await gathered).map(([first]) => first?.name)).toEqual(["m0", "m1"]);
  expect(await gatherer.gather([])).toEqual([]);
});

test("leaves out a worker that does not respond, and ignores its late response", async () => {
  const gatherer = createMetricsGatherer(20);
  let silent = 0;
  const gathered = gatherer.gather([
    (id) => gatherer.receive(id, metrics("quick")),
    (id) => {
      silent = id;
    },
  ]);
  expect(await gathered).toHaveLength(1);
  gatherer.receive(silent, metrics("late"));
  const next = gatherer.gather([(id) => gatherer.receive(id, metrics("next"))]);
  expect((await next)[0]?.[0]?.name).toBe("next");
});
