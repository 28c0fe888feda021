import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";

const run = promisify(execFile);

/** The folder of the cluster's services: `scripts/services.sh env`. */
const folder = process.env.TEST_SPARK_FOLDER ?? "";
const workers = ["spark-worker-1", "spark-worker-2"] as const;

/** For `describe.skipIf`. */
export const withoutProcesses = folder === "";

function pidOf(service: (typeof workers)[number] | "spark-connect"): number {
  return Number(readFileSync(`${folder}/run/${service}.pid`, "utf8"));
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const { stdout } = await run("pgrep", ["-P", String(pid)]).catch(() => ({ stdout: "" })); // it fails if there are none
  return stdout.split("\n").filter(Boolean).map(Number);
}

async function executors(): Promise<readonly number[]> {
  return (await Promise.all(workers.map((worker) => childrenOf(pidOf(worker))))).flat();
}

/** Ends a worker and its executor at once, as a machine that is lost does. */
export async function killWorker(number: 0 | 1): Promise<void> {
  const pid = pidOf(workers[number]);
  for (const each of [pid, ...(await childrenOf(pid))]) process.kill(each, "SIGKILL");
}

/** Ends the Connect server, in which the driver runs. */
export function killDriver(): void {
  process.kill(pidOf("spark-connect"), "SIGKILL");
}

/** Starts what was killed, and waits until it answers. */
export async function restartCluster(): Promise<void> {
  const script = fileURLToPath(new URL("../../../../../scripts/services.sh", import.meta.url));
  await run("bash", [script, "start", "spark"], { env: { ...process.env, TZ: "UTC" } });
}

/** The processor time that the executors have used so far, in hundredths of a second. */
async function usedTime(): Promise<number> {
  const times = (await executors()).map((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(fields[11]) + Number(fields[12]); // user and system time
    } catch {
      return 0; // it has ended
    }
  });
  return times.reduce((sum, time) => sum + time, 0);
}

/** Waits until no executor computes: in a second they use less than a fifth of one processor's time. */
export async function waitUntilIdle(): Promise<void> {
  let before = Number.NEGATIVE_INFINITY;
  const usedSince = async () => {
    const now = await usedTime();
    const used = now - before;
    before = now;
    return used;
  };
  await expect.poll(usedSince, { interval: 1000, timeout: 240_000 }).toBeLessThan(20);
}
