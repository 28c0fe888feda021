import type { CronReader } from "../core/index";
import type { FailedView } from "../quality/index";
import type { RegistrySnapshot } from "../registry/index";
import { unreadableSchedules, viewAges } from "../scheduling/index";

const MAX_NAMED = 20;

/** `last run failed: speech_sentiment@2 (contract_broken)` */
export function materializationText(failed: readonly FailedView[] | null): string {
  if (failed === null) return "unknown: the database does not answer";
  if (failed.length === 0) return "no view's last run failed";
  const named = failed.map(({ view, version, code }) => `${view}@${version} (${code})`);
  return `last run failed: ${firstOf(named)}; their previous generations are still served`;
}

export function firstOf(named: readonly string[]): string {
  const more = named.length > MAX_NAMED ? ` and ${named.length - MAX_NAMED} more` : "";
  return `${named.slice(0, MAX_NAMED).join(", ")}${more}`;
}

/**
 * Lists views past their promise (`speech_profile@1 is 400 s old and promises 300 s`), and those with an unreadable schedule.
 */
export function lateTexts(snapshot: RegistrySnapshot, now: bigint, read: CronReader): readonly string[] {
  const stale = viewAges(snapshot, now)
    .filter(({ isStale }) => isStale)
    .map(({ registered: { view }, ageSeconds, promiseSeconds }) => {
      const age = ageSeconds === null ? "was never published" : `is ${Math.floor(ageSeconds)} s old`;
      return `${view.name}@${view.version} ${age} and promises ${promiseSeconds} s`;
    });
  return [
    ...stale,
    ...unreadableSchedules(snapshot, now, read).map((name) => `${name} has a schedule that cannot be read`),
  ];
}
