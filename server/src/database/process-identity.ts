import { readFile } from "node:fs/promises";

/**
 * Reads the identity of a process, which differs from a later process with the same pid: boot and start time,
 * `"<boot id>/<ticks>"`. Undefined if there is no such process or no /proc.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    ]);
    // The command name may contain spaces and brackets; the fields after its last bracket have fixed positions.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has ended and waits for its parent.
    if (fields[0] === "Z" || fields[19] === undefined) return undefined;
    return `${boot.trim()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Returns whether the process with this identity is alive; without an identity, whether any process has the pid. */
export async function isProcessAlive(pid: number, identity: string | undefined): Promise<boolean> {
  if (identity !== undefined) return (await processIdentity(pid)) === identity;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // No permission to signal it, so it is alive.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
