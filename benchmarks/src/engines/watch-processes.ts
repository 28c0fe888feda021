import { readdirSync, readFileSync } from "node:fs";

/** The memory and processor time of a process and its descendants. Linux only. */
export interface ProcessUsage {
  /** The largest sum of their resident memory at one moment. What several share counts for each. */
  readonly togetherMebibytes: number;
  /** The largest resident memory of the process itself. */
  readonly ownMebibytes: number;
  /** The largest resident memory of one descendant; 0 without descendants. */
  readonly childMebibytes: number;
  readonly processorMs: number;
  /** The part of the descendants. */
  readonly childrenMs: number;
}

const EVERY_MS = 50;

/** Watches a process and its descendants until `stop`. The kernel keeps each one's largest memory, so that little is missed in between. */
export function watchProcesses(pid: number): { stop(): ProcessUsage } {
  const processorMs = new Map<number, number>();
  let [togetherMebibytes, ownMebibytes, childMebibytes] = [0, 0, 0];
  const look = () => {
    let together = 0;
    for (const each of familyOf(pid)) {
      const status = readProcess(each, "status");
      together += mebibytes(status, "VmRSS");
      const largest = mebibytes(status, "VmHWM");
      if (each === pid) ownMebibytes = Math.max(ownMebibytes, largest);
      else childMebibytes = Math.max(childMebibytes, largest);
      const time = processorMsOf(each);
      if (time !== null) processorMs.set(each, time);
    }
    togetherMebibytes = Math.max(togetherMebibytes, together);
  };
  look();
  const before = new Map(processorMs);
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      const used = (each: number, time: number) => time - (before.get(each) ?? 0);
      const all = [...processorMs].reduce((sum, [each, time]) => sum + used(each, time), 0);
      const own = used(pid, processorMs.get(pid) ?? 0);
      return { togetherMebibytes, ownMebibytes, childMebibytes, processorMs: all, childrenMs: all - own };
    },
  };
}

/** Null if the process has ended, or is on another machine. */
export function processorMsOf(pid: number): number | null {
  const stat = readProcess(pid, "stat");
  if (stat === "") return null;
  // The program's name, in parentheses, may contain spaces; user and system time are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function mebibytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
}

function familyOf(pid: number): readonly number[] {
  const children = threadsOf(pid).flatMap((thread) =>
    readProcess(pid, `task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // It has ended.
  }
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
