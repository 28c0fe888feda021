import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { holdLease } from "../../../core/index";
import type { RedisClient } from "../../../platform/index";
import { RELEASE_LEASE, RENEW_LEASE } from "./bucket-scripts";

const LEASE_MS = 3000;
const POLL_MS = 100;
const MAX_WAIT_MS = 30_000;

/**
 * Runs `fill` on one replica at a time, since all would load the same rows. Waits up to half a minute for another replica
 * and checks meanwhile whether anything is left. Returns whether the load is done. The lease only saves work; writes are
 * correct without it.
 */
export async function loadAlone(
  client: RedisClient,
  name: string,
  isDone: () => Promise<boolean>,
  fill: () => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const holder = randomUUID();
  const startedAt = performance.now();
  while (!(await isDone())) {
    if (signal.aborted || performance.now() - startedAt > MAX_WAIT_MS) return false;
    if ((await client.set(name, holder, "PX", LEASE_MS, "NX")) === "OK") {
      await loadHolding(client, name, holder, fill);
      return true;
    }
    await pause(POLL_MS, undefined, { ref: false });
  }
  return true;
}

async function loadHolding(
  client: RedisClient,
  name: string,
  holder: string,
  fill: () => Promise<void>,
): Promise<void> {
  // If the lease is lost, the next loader of the same buckets stops this one.
  const renew = async () => (await client.eval(RENEW_LEASE, 1, name, holder, LEASE_MS)) === 1;
  const lease = holdLease(renew, { everyMs: LEASE_MS / 4 });
  try {
    await fill();
  } finally {
    await lease.release();
    await client.eval(RELEASE_LEASE, 1, name, holder).catch(() => undefined); // it expires
  }
}
