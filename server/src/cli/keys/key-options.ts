import { CommandProblem, type LimitChanges } from "../../core/index";
import { instantOf } from "../kit/instant-of";
import { listOf } from "../kit/list-of";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Parses `90d`, `12h`, `30m` or `45s` to seconds. */
export function secondsOf(text: string, option: string): number {
  const [, count, unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (SECONDS[unit] ?? 0);
  throw new CommandProblem({
    code: "duration_invalid",
    what: `expected a duration, got "${text.slice(0, 60)}"`,
    where: option,
    advice: "write it as 90d, 12h, 30m or 45s",
    exit: "usage",
  });
}

/** Parses an expiry: a duration from now, or an instant; `never` is null. Returns microseconds since 1970 UTC. */
export function expiryOf(text: string, option: string): bigint | null {
  if (text === "never") return null;
  if (!/^\d+[smhd]$/.test(text)) return instantOf(text, option);
  return BigInt(Date.now() + secondsOf(text, option) * 1000) * 1000n;
}

/** Parses `requests_per_second=10,batch_ids=100`. The service checks names and values. */
export function limitsOf(text: string, option: string): LimitChanges {
  const entries = listOf(text).map((part) => {
    const [, name, value] = /^([a-z_]+)=(\d{1,15})$/.exec(part) ?? [];
    if (name !== undefined) return [name, Number(value)] as const;
    throw new CommandProblem({
      code: "limits_invalid",
      what: `expected limits, got "${part.slice(0, 60)}"`,
      where: option,
      advice: "write them as requests_per_second=10,batch_ids=100",
      exit: "usage",
    });
  });
  return Object.fromEntries(entries);
}
