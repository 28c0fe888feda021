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
