import { readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { isProcessAlive, processIdentity } from "./process-identity";

/** Returns this process as a holder of leases. */
export async function thisProcess(): Promise<RunHolder> {
  return {
    host: hostname(),
    pid: process.pid,
    identity: (await processIdentity(process.pid)) ?? null,
    pidNamespace: await pidNamespace(),
  };
}

/**
 * Returns whether the holder of a lease is surely dead. False if this process cannot know, for a holder on another
 * machine or in another container: then the lease has to expire.
 */
export async function isSurelyDead(holder: RunHolder): Promise<boolean> {
  const isComparable = holder.host === hostname() && holder.pidNamespace === (await pidNamespace());
  return isComparable && !(await isProcessAlive(holder.pid, holder.identity ?? undefined));
}

/** Pids are meaningless across pid namespaces; null if the platform has none. */
function pidNamespace(): Promise<string | null> {
  return readlink("/proc/self/ns/pid").catch(() => null);
}

/** Identifies the process that holds a lease, so that another process on its machine can check whether it is alive. */
export interface RunHolder {
  readonly host: string;
  readonly pid: number;
  /** Boot id and start time of the process, to detect a reused pid; null if the platform has none. */
  readonly identity: string | null;
  /** Pids are only comparable within a pid namespace (container); null if the platform has none. */
  readonly pidNamespace: string | null;
}
