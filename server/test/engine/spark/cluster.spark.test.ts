import { connect } from "node:net";
import { expect, test } from "vitest";

test("the Connect server of the cluster takes connections", async () => {
  const { hostname, port } = new URL((process.env.TEST_SPARK_URL ?? "").replace(/^sc:/, "http:"));
  const socket = connect(Number(port), hostname);
  const outcome = await new Promise((resolve) => {
    socket.once("connect", () => resolve("connected"));
    socket.once("error", resolve);
  });
  socket.destroy();
  expect(outcome).toBe("connected");
});

test("the cluster has two workers with a core each", async () => {
  const coresOfWorkers = async () => {
    const response = await fetch(`${process.env.TEST_SPARK_MASTER_URL}/json/`);
    const { workers } = (await response.json()) as { workers: readonly { state: string; cores: number }[] };
    return workers.filter(({ state }) => state === "ALIVE").map(({ cores }) => cores);
  };
  await expect.poll(coresOfWorkers).toEqual([1, 1]);
});
