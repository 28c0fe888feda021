import type { OutsideFault } from "../core/index";
import type { OutsidePart } from "../platform/index";

/** The latest results by the parts' names; undefined: the part can be used. */
export type OutsideResults = ReadonlyMap<string, OutsideFault | undefined>;

export interface OutsideChecks {
  /** Never rejects. */
  read(): Promise<OutsideResults>;
}

export interface OutsideChecksOptions {
  readonly parts: readonly OutsidePart[];
  /** How long a result counts, milliseconds. Default 15,000. */
  readonly keptMs?: number;
  /** How long a report waits for a new result before it has the one before, milliseconds. Default 500. */
  readonly waitMs?: number;
}

const SILENT: OutsideFault = { code: "unreachable", cause: "ETIMEDOUT" };

/**
 * Checks outside parts when a report needs them, but not more often than `keptMs` allows, because the endpoint is public. A
 * part that hangs does not delay probes.
 */
export function createOutsideChecks({ parts, keptMs = 15_000, waitMs = 500 }: OutsideChecksOptions): OutsideChecks {
  const checks = parts.map((part) => createCheck(part, keptMs));
  // Before the first request, which would otherwise wait for libraries to load.
  for (const { refresh } of checks) void refresh();
  return {
    async read() {
      await within(waitMs, Promise.all(checks.map(({ refresh }) => refresh())));
      return new Map(checks.map(({ name, latest }) => [name, latest()]));
    },
  };
}

function createCheck(part: OutsidePart, keptMs: number) {
  let begunAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let latest: OutsideFault | undefined = SILENT;
  return {
    name: part.name,
    latest: () => latest,
    async refresh(): Promise<void> {
      const now = performance.now();
      if (running === undefined && now - begunAt >= keptMs) {
        begunAt = now;
        running = part
          .check()
          .catch((): OutsideFault => ({ code: "unreachable", cause: "internal" }))
          .then((fault) => {
            latest = fault;
            running = undefined;
          });
      }
      await running;
    },
  };
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
