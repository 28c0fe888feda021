import { randomUUID } from "node:crypto";
import { writeInBackground } from "../core/index";
import type { KeyHolder, RequestMeter } from "../http/index";
import { createKeyCounts } from "./key-counts";
import { createMonthlyTotals } from "./monthly-totals";
import type { MonthTotals, OperationUsage, QuotaNotice, UsageFlush, UsageStore, ViewUsage } from "./usage-store";
import { createViewCounts, type UsageTracker } from "./usage-tracker";
import { utcDay } from "./utc-day";

/** Usage of a key's organisation and of its line of keys in this month; both change in place. */
export interface UsedOfHolder {
  /** Null without an organisation. */
  readonly organisation: MonthTotals | null;
  /** Of the key and those that it replaced. */
  readonly line: MonthTotals;
}

/** The usage of this month as this process knows it: what all servers stored, and what was counted here since. */
export interface MonthlyUsage {
  /** Undefined until the totals have been read, which begins with the first call. */
  of(holder: KeyHolder): UsedOfHolder | undefined;
  /** Returns the first instant of the next month, microseconds since 1970 UTC. */
  resetsAt(): number;
}

/** Counts what keys use, and stores it in the background. */
export interface UsageMeter extends RequestMeter, UsageTracker, MonthlyUsage {
  /** Counts bytes of a download that were sent. */
  countBytes(holder: KeyHolder, operation: string, bytes: number): void;
  /** Stores what was counted so far. Resolves even if that failed. */
  flush(): Promise<void>;
  /** Returns how many counted requests are not stored. */
  unstored(): number;
  /** Stops the background flushing and stores what is left. */
  close(): Promise<void>;
}

export interface UsageMeterOptions {
  readonly store: UsageStore;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly onFault: (error: unknown) => void;
  /** Called after every flush that was stored. */
  readonly onStored?: () => void;
  /** Called once for each notice, by the server whose flush reached it. */
  readonly onNotice?: (notice: QuotaNotice) => void;
  /** Milliseconds between flushes. */
  readonly flushMs: number;
}

/** Short, because a server that shuts down waits for it. */
const DEADLINE_MS = 5_000;
/** Totals that are remembered; beyond it, all are read again. */
const MAX_HOLDERS = 50_000;
/** Counts of one key, operation and day that wait while the database is away; beyond it, counts are lost. */
const MAX_WAITING = 100_000;

/**
 * Creates a meter. Every flush has a number and is repeated until the database has answered, so that it counts once even
 * if an answer was lost. What was counted since then waits for the next flush.
 */
export function createUsageMeter(options: UsageMeterOptions): UsageMeter {
  const { store, clock, onFault, onStored, onNotice, flushMs } = options;
  const writer = randomUUID();
  let number = 0;
  let day = utcDay(clock());
  /** The flush that was not answered yet. */
  let open: UsageFlush | undefined;
  /** Counts of earlier days. */
  let sealed: { readonly counts: readonly OperationUsage[]; readonly views: readonly ViewUsage[] } = NOTHING;
  const limits = new Map<string, Partial<MonthTotals>>();
  const touched = new Set<string>();
  let isSoon = false;
  let unstored = 0;

  const flushSoon = (): void => {
    if (isSoon) return;
    isSoon = true;
    setImmediate(() => void background.flush());
  };
  const totals = createMonthlyTotals(flushSoon);
  const keys = createKeyCounts(totals);
  const views = createViewCounts();

  /** Moves the counts of the current day to `sealed`. */
  const seal = (): void => {
    const { counts, used } = keys.take(day.text);
    const read = views.take().map((each) => ({ day: day.text, ...each }));
    for (const { lineId, organisation, limits: own } of used) {
      touched.add(lineId);
      if (organisation === null) continue;
      touched.add(organisation);
      if (own.organisation !== null) limits.set(organisation, quotasOf(own.organisation.month));
    }
    sealed = { counts: kept(sealed.counts, counts), views: kept(sealed.views, read) };
  };

  const kept = <Item extends { readonly requests: number }>(waiting: readonly Item[], more: readonly Item[]) => {
    const room = MAX_WAITING - waiting.length;
    if (more.length > room) onFault(new Error(`${more.length - room} counts of usage were lost: too many wait`));
    return [...waiting, ...more.slice(0, room)];
  };

  /** Counts always belong to the day on which they were counted, also if the clock jumps. */
  const followClock = (): void => {
    const now = clock();
    if (now >= day.from && now < day.until) return;
    seal();
    const next = utcDay(now);
    if (next.month !== day.month) {
      totals.clear();
      keys.clear();
      touched.clear();
    }
    day = next;
  };

  const begin = (): UsageFlush | undefined => {
    followClock();
    seal();
    for (const holder of totals.take()) touched.add(holder);
    if (touched.size === 0 && sealed.counts.length === 0 && sealed.views.length === 0) return undefined;
    number += 1;
    const begun: UsageFlush = {
      ...{ writer, number, month: day.month, ...sealed },
      ...{ limits: Object.fromEntries(limits), holders: [...touched] },
    };
    sealed = NOTHING;
    limits.clear();
    touched.clear();
    if (totals.size() > MAX_HOLDERS) {
      totals.clear();
      keys.clear();
    }
    return begun;
  };

  const send = async (flushed: UsageFlush): Promise<void> => {
    const { totals: stored, notices } = await store.record(flushed, { deadlineMs: DEADLINE_MS });
    open = undefined;
    for (const { requests } of flushed.counts) unstored -= requests;
    if (flushed.month === day.month) totals.stored(flushed.holders, stored);
    onStored?.();
    for (const notice of notices) onNotice?.(notice);
  };

  const write = async (): Promise<void> => {
    isSoon = false;
    try {
      // One that was not answered is repeated as it was, before anything else.
      if (open !== undefined) await send(open);
      open = begin();
      if (open !== undefined) await send(open);
    } catch (error) {
      onFault(error);
    }
  };
  const background = writeInBackground(write, flushMs);

  return {
    count({ principal, rows }, operation, status, milliseconds) {
      if (principal === null) return;
      followClock();
      if (status < 400) unstored += 1;
      keys.request(principal, operation, status, rows, milliseconds);
    },
    countBytes(holder, operation, bytes) {
      followClock();
      keys.bytes(holder, operation, bytes);
    },
    record: views.record,
    of(holder) {
      followClock();
      const used = keys.used(holder);
      return used.line.isKnown && used.organisation?.isKnown !== false ? used : undefined;
    },
    resetsAt() {
      followClock();
      return day.monthUntil;
    },
    flush: background.flush,
    unstored: () => unstored,
    close: background.close,
  };
}

const NOTHING = { counts: [], views: [] } as const;

/** Leaves out the quotas that are unlimited. */
function quotasOf(month: { readonly [Quota in keyof MonthTotals]: number | null }): Partial<MonthTotals> {
  return Object.fromEntries(Object.entries(month).filter(([, maximum]) => maximum !== null));
}
