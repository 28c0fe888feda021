import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Sums the processor time of a process and its descendants, in milliseconds; null except on Linux. */
export function processorTimeOfAll(pid: number): number | null {
  if (process.platform !== "linux") return null;
  return familyOf(pid).reduce((sum, each) => {
    const text = readFileSync(`/proc/${each}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) * 10;
  }, 0);
}

/** Counts a process and its descendants, and sums their memory in MiB: what several share counts once. Linux only. */
export function memoryOfAll(pid: number): { readonly processes: number; readonly mebibytes: number } {
  const family = familyOf(pid);
  const kilobytes = family.map((each) => {
    const [, text] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/smaps_rollup`, "utf8")) ?? [];
    return Number(text ?? 0);
  });
  return { processes: family.length, mebibytes: kilobytes.reduce((sum, each) => sum + each, 0) / 1024 };
}

function familyOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = execFileSync("ps", ["--ppid", String(pid), "-o", "pid="], { encoding: "utf8" });
    return text.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return []; // `ps` fails if there is none.
  }
}
