import type { KeyHolder } from "../http/index";
import { createKeyLine, type KeyLine } from "./key-line";

/** Returns the line of a key at a time of the monotonic clock, without tokens that have lapsed. */
type KeyLines = (holder: KeyHolder, now: number) => KeyLine;

const MAX_LINES = 10_000;

/** `processes`: the number of processes on this machine that take tokens ahead from the same buckets. */
export function createKeyLines(processes: number): KeyLines {
  const lines = new Map<string, KeyLine>();
  return (holder, now) => {
    let line = lines.get(holder.lineId);
    if (line === undefined || line.limits !== holder.limits) {
      // Forgetting held tokens refuses early at worst.
      if (line === undefined && lines.size >= MAX_LINES) lines.clear();
      line = createKeyLine(holder, processes, line);
      lines.set(holder.lineId, line);
    }
    if (now >= line.lapsesAt && line.held + line.block > 0) {
      line.held = 0;
      line.block = 0;
    }
    return line;
  };
}
