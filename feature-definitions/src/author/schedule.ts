import type { Schedule } from "../ir/nodes";

/** A cron expression of five fields in UTC, or one with its IANA zone. */
export type ScheduleInput = string | { readonly cron: string; readonly zone: string };

export function scheduleOf(input: ScheduleInput): Schedule {
  return typeof input === "string" ? { cron: input, zone: "UTC" } : { cron: input.cron, zone: input.zone };
}
