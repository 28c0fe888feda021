import type { Database } from "../../database/index";
import { type CheckResult, ok, warning } from "./check-result";

const TOLERATED_SECONDS = 5;

/**
 * Compares this machine's clock with the database's: expiry and the times of as-of reads go by the server's, runs and keys
 * by the database's. `clock`: microseconds since 1970 UTC.
 */
export async function checkClock(database: Database, clock: () => bigint): Promise<CheckResult> {
  const before = clock();
  const [row] = await database.query<{ now: string }>({
    text: "select trunc(extract(epoch from clock_timestamp()) * 1000000)::bigint as now",
  });
  const after = clock();
  const ahead = BigInt(row?.now ?? before) - (before + after) / 2n;
  // What the answer took may have passed on either way.
  const uncertain = (after - before) / 2n;
  const distance = ahead < 0n ? -ahead : ahead;
  const seconds = Number(distance) / 1e6;
  if (distance <= BigInt(TOLERATED_SECONDS) * 1_000_000n + uncertain)
    return ok("clock", `the database's differs by ${seconds.toFixed(1)} s`);
  return warning(
    "clock",
    `the database's is ${Math.round(seconds)} s ${ahead < 0n ? "behind" : "ahead of"} this machine's: values expire and as_of is compared by the server's clock, runs take the database's`,
    "synchronize both with NTP",
  );
}
