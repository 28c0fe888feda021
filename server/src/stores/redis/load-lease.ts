import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { RELEASE_LEASE, RENEW_LEASE } from "./bucket-scripts";
import type { RedisClient } from "./redis-client";

const LEASE_MS = 3000;
const ASK_MS = 100;
const MAX_WAIT_MS = 30_000;

/**
 * Runs `fill` while no other replica does: they would all load the same rows. Waits up to half a minute for the one that
 * does, and asks meanwhile whether anything is left. Gives whether it is done. A lease only saves work; what is written is
 * right without.
 */
export async function loadAlone(
  client: RedisClient,
  name: string,
  isDone: () => Promise<boolean>,
  fill: () => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const holder = randomUUID();
  const begun = performance.now();
  while (!(await isDone())) {
    if (signal.aborted || performance.now() - begun > MAX_WAIT_MS) return false;
    if ((await client.set(name, holder, "PX", LEASE_MS, "NX")) === "OK") {
      await loadHolding(client, name, holder, fill);
      return true;
    }
    await pause(ASK_MS, undefined, { ref: false });
  }
  return true;
}

async function loadHolding(
  client: RedisClient,
  name: string,
  holder: string,
  fill: () => Promise<void>,
): Promise<void> {
  const renewal = setInterval(() => {
    // Who lost it is stopped by whoever fills the same buckets.
    client.eval(RENEW_LEASE, 1, name, holder, LEASE_MS).catch(() => undefined);
  }, LEASE_MS / 4);
  try {
    await fill();
  } finally {
    clearInterval(renewal);
    await client.eval(RELEASE_LEASE, 1, name, holder).catch(() => undefined); // it runs out
  }
}
