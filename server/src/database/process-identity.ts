import { readFile } from "node:fs/promises";

/**
 * What tells a process from a later one with the same pid: boot and start time, `"<boot id>/<ticks>"`. Undefined if there is no such
 * process or no /proc.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    ]);
    // The command's name may contain spaces and brackets; what follows its last bracket has fixed places.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has ended: it only waits for its parent to notice.
    if (fields[0] === "Z" || fields[19] === undefined) return undefined;
    return `${boot.trim()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Whether the process is still the one that had this identity; without one, whether any process has the pid. */
export async function isProcessAlive(pid: number, identity: string | undefined): Promise<boolean> {
  if (identity !== undefined) return (await processIdentity(pid)) === identity;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted to signal it: it lives.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
