import type { KeyHolder, KeyLimits } from "../http/index";
import type { Bucket, Grant, TokenRequest } from "./token-buckets";

/** The name of a bucket's policy: whose bucket it is. */
export type Policy = "key" | "organisation";

/** The limits that the keys in a series of rotations share, as this process last read them, and the tokens that it holds for them. */
export interface KeyLine {
  readonly limits: KeyLimits;
  /** In the order of the buckets. */
  readonly policies: readonly Policy[];
  readonly policyText: string;
  readonly request: Pick<TokenRequest, "group" | "buckets">;
  /** The most tokens to take ahead. */
  readonly maxBlock: number;
  /** Tokens to take ahead the next time. */
  block: number;
  /** Tokens that the next request needs beyond the first, if it is a batch like the last one. */
  expected: number;
  readonly maxExpected: number;
  /** Tokens taken from the buckets and not spent, until they lapse. */
  held: number;
  lapsesAt: number;
  /** The time of the last grant. */
  grantedAt: number;
  renewing: boolean;
  /** No request passes before this time, because these have no token. */
  emptyUntil: number;
  emptyPolicies: readonly Policy[];
  /** Of each bucket, as of the last grant. Times are milliseconds of the monotonic clock. */
  readonly left: number[];
  readonly fullAt: number[];
}

/** Seconds of the rate, and share of the burst, that one process may hold. */
const BLOCK_SECONDS = 1 / 20;
const BLOCK_SHARE = 1 / 8;

/**
 * `processes`: the number of processes on this machine that take tokens ahead from the same buckets. `previous`: the line with limits that have changed
 * or were looked up again since; the tokens that it holds stay.
 */
export function createKeyLine(
  { lineId, organisation, limits }: KeyHolder,
  processes: number,
  previous: KeyLine | undefined,
): KeyLine {
  const key: Bucket = { name: `key:${lineId}`, rate: limits.rate };
  const shared =
    limits.organisation === null ? [] : [{ name: `organisation:${organisation}`, rate: limits.organisation.rate }];
  const buckets: readonly Bucket[] = [key, ...shared];
  const policies: readonly Policy[] = limits.organisation === null ? ["key"] : ["key", "organisation"];
  const most = buckets.map(({ rate }) => Math.min(rate.perSecond * BLOCK_SECONDS, rate.burst * BLOCK_SHARE));
  return {
    limits,
    policies,
    policyText: policyText(buckets, policies, limits),
    request: { group: organisation ?? lineId, buckets },
    maxBlock: Math.max(1, Math.floor(Math.min(...most) / processes)),
    block: previous?.block ?? 0,
    expected: previous?.expected ?? 0,
    maxExpected: Math.floor(Math.min(...buckets.map(({ rate }) => rate.burst)) * BLOCK_SHARE),
    held: previous?.held ?? 0,
    lapsesAt: previous?.lapsesAt ?? 0,
    grantedAt: previous?.grantedAt ?? 0,
    renewing: false,
    emptyUntil: 0,
    emptyPolicies: [],
    left: buckets.map(({ rate }) => rate.burst),
    fullAt: buckets.map(() => 0),
  };
}

/** Writes `RateLimit-Policy`. The window is the time in which an empty bucket becomes full; a calendar month has none. */
function policyText(buckets: readonly Bucket[], policies: readonly string[], limits: KeyLimits): string {
  const texts = buckets.map(({ rate: { perSecond, burst } }, index) => {
    const window = Math.ceil(burst / perSecond);
    return `"${policies[index]}";q=${burst};w=${window}`;
  });
  if (limits.month.requests !== null) texts.push(`"key-month";q=${limits.month.requests}`);
  const shared = limits.organisation?.month.requests ?? null;
  if (shared !== null) texts.push(`"organisation-month";q=${shared}`);
  return texts.join(", ");
}

/** Notes the state of the buckets after a grant. */
export function noteGrant(line: KeyLine, { taken, buckets }: Grant, now: number): void {
  buckets.forEach(({ left, waitMs, fullInMs }, index) => {
    line.left[index] = left;
    // A refused client should not wait longer than `Retry-After` says.
    line.fullAt[index] = now + (taken === 0 && waitMs > 0 ? waitMs : fullInMs);
  });
}

/** Writes the buckets' part of `RateLimit`. Held tokens count as left. */
export function bucketsText({ policies, request, left, held, fullAt }: KeyLine, now: number): string {
  let text = "";
  for (const [index, policy] of policies.entries()) {
    const rest = Math.min(request.buckets[index]?.rate.burst ?? 0, (left[index] ?? 0) + held);
    const seconds = Math.max(1, Math.ceil(((fullAt[index] ?? 0) - now) / 1000));
    text += `${index === 0 ? "" : ", "}"${policy}";r=${rest};t=${seconds}`;
  }
  return text;
}
