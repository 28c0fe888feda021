import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../src/run-holder";

test("a living process is not dead", async () => {
  expect(await isSurelyDead(await thisProcess())).toBe(false);
});

test("a process that has ended is dead", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  expect(await isSurelyDead({ ...(await thisProcess()), pid: child.pid ?? 0 })).toBe(true);
});

test.skipIf(process.platform !== "linux")("a process that has another's pid is not that one", async () => {
  expect(await isSurelyDead({ ...(await thisProcess()), identity: "an earlier boot/1" })).toBe(true);
});

test("nothing is sure of a process elsewhere", async () => {
  const gone = { ...(await thisProcess()), identity: "an earlier boot/1" };
  expect(await isSurelyDead({ ...gone, host: "elsewhere" })).toBe(false);
  expect(await isSurelyDead({ ...gone, pidNamespace: "pid:[0]" })).toBe(false);
});
