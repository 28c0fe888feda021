import type { UsageReading, UsageRow } from "../../usage/index";
import type { Counts, MonthUsage, UsagePort } from "../portal-services";

const DAY_MS = 86_400_000;
const RECENT_DAYS = 12;
const NOTHING = { requests: 0, rows: 0, bytes: 0 };

/** Reads what an organisation used. */
export function usagePort({ reports, meter, tierOf, clock }: UsageReading): UsagePort {
  return {
    async month({ person: { organisation } }, month): Promise<MonthUsage> {
      // The person's own last requests must not be missing.
      await meter.flush();
      const subject = { kind: "organisation", id: organisation } as const;
      const from = `${month}-01`;
      const days = { subject, from, to: lastDayOf(from) };
      const [{ rate, month: limits, excess }, totals, byDay, byKey, byOperation] = await Promise.all([
        tierOf(organisation),
        reports.month(from, [organisation]),
        reports.rows({ ...days, by: "day" }),
        reports.rows({ ...days, by: "key" }),
        reports.rows({ ...days, by: "operation" }),
      ]);
      const errors = byDay.reduce((sum, row) => sum + (row.more?.errors ?? 0), 0);
      return {
        ...{ month, limits, excess, rate },
        used: { ...(totals.get(organisation) ?? NOTHING), errors },
        days: byDay.map((row) => ({ ...countsOf(row), day: Number(String(row.group.day).slice(-2)) })),
        byKey: byKey.map((row) => ({
          ...countsOf(row),
          keyId: String(row.group.key_id),
          name: String(row.group.key_name),
        })),
        byOperation: byOperation.map((row) => ({
          ...countsOf(row),
          operation: String(row.group.operation),
          p50Ms: row.more?.latency?.p50 ?? 0,
          p99Ms: row.more?.latency?.p99 ?? 0,
        })),
      };
    },
    async recentDays({ person: { organisation } }) {
      await meter.flush();
      const today = clock() / 1000;
      const days = Array.from({ length: RECENT_DAYS }, (_, index) =>
        dayText(today - (RECENT_DAYS - 1 - index) * DAY_MS),
      );
      const [from = "", to = ""] = [days[0], days.at(-1)];
      const byKey = await reports.keyDays({ organisation, from, to });
      return new Map([...byKey].map(([key, requests]) => [key, days.map((day) => requests.get(day) ?? 0)]));
    },
  };
}

function countsOf({ requests, rows, more }: UsageRow): Counts {
  return { requests, rows, bytes: more?.bytes ?? 0, errors: more?.errors ?? 0 };
}

function dayText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** `first`: the first day of the month. */
function lastDayOf(first: string): string {
  const date = new Date(`${first}T00:00:00Z`);
  return dayText(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
}
