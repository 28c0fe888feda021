import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";

test("treats a running process as not dead", async () => {
  expect(await isSurelyDead(await thisProcess())).toBe(false);
});

test("treats an ended process as dead", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  expect(await isSurelyDead({ ...(await thisProcess()), pid: child.pid ?? 0 })).toBe(true);
});

test.skipIf(process.platform !== "linux")(
  "treats a process that reuses the pid as another process, so the holder is dead",
  async () => {
    expect(await isSurelyDead({ ...(await thisProcess()), identity: "an earlier boot/1" })).toBe(true);
  },
);

test("never treats a process on another host as dead", async () => {
  const gone = { ...(await thisProcess()), identity: "an earlier boot/1" };
  expect(await isSurelyDead({ ...gone, host: "elsewhere" })).toBe(false);
  expect(await isSurelyDead({ ...gone, pidNamespace: "pid:[0]" })).toBe(false);
});
