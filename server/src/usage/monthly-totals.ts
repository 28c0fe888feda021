import type { MonthTotals } from "./usage-store";

/** Usage of an organisation or a line of keys in this month, as far as this process knows; changes in place. */
export class UsedThisMonth implements MonthTotals {
  requests = 0;
  rows = 0;
  bytes = 0;
  /** False until the database has said what was used before. */
  isKnown = false;
  // Counted here since the last flush began.
  private ownRequests = 0;
  private ownRows = 0;
  private ownBytes = 0;

  add(requests: number, rows: number, bytes: number): void {
    this.requests += requests;
    this.rows += rows;
    this.bytes += bytes;
    this.ownRequests += requests;
    this.ownRows += rows;
    this.ownBytes += bytes;
  }

  /** A flush has taken the counts: its totals will contain them. */
  taken(): void {
    this.ownRequests = 0;
    this.ownRows = 0;
    this.ownBytes = 0;
  }

  /** Sets what all servers have stored. */
  stored({ requests, rows, bytes }: MonthTotals): void {
    this.requests = requests + this.ownRequests;
    this.rows = rows + this.ownRows;
    this.bytes = bytes + this.ownBytes;
    this.isKnown = true;
  }
}

/** The totals of this month, by holder: an organisation or a line of keys. */
export interface MonthlyTotals {
  /** Returns a holder's totals, which are not known at first. */
  used(holder: string): UsedThisMonth;
  /** Begins a flush; returns the holders whose totals must be read. */
  take(): readonly string[];
  /** Sets the totals that the database returned for these holders. */
  stored(holders: readonly string[], totals: readonly (MonthTotals & { readonly holder: string })[]): void;
  size(): number;
  /** Forgets every total, for example at the end of a month. */
  clear(): void;
}

const NOTHING: MonthTotals = { requests: 0, rows: 0, bytes: 0 };
/** `onUnknown` is called for a holder that is used for the first time. */
export function createMonthlyTotals(onUnknown: () => void): MonthlyTotals {
  const totals = new Map<string, UsedThisMonth>();
  return {
    used(holder) {
      let used = totals.get(holder);
      if (used === undefined) {
        used = new UsedThisMonth();
        totals.set(holder, used);
        onUnknown();
      }
      return used;
    },
    take() {
      const unknown: string[] = [];
      for (const [holder, used] of totals) {
        used.taken();
        if (!used.isKnown) unknown.push(holder);
      }
      return unknown;
    },
    stored(holders, found) {
      const byHolder = new Map(found.map((each) => [each.holder, each]));
      for (const holder of holders) totals.get(holder)?.stored(byHolder.get(holder) ?? NOTHING);
    },
    size: () => totals.size,
    clear: () => totals.clear(),
  };
}
