import { addressGroup, FeatstoreError, type Rate, settingLabel } from "../core/index";
import type { SessionReader } from "../http/index";
import type { Bucket, TokenBuckets } from "./token-buckets";

export interface SessionLimits {
  readonly buckets: TokenBuckets;
  /** Reads the rate of an organisation. */
  readonly rateOf: (organisation: string) => Promise<Rate>;
  /** Requests with a session of one address per second. */
  readonly perSecond: number;
}

/** Seconds of its rate that an address may use at once: a page with its charts sends several requests. */
const BURST_SECONDS = 5;

/**
 * Limits the requests of signed-in people: per address, before the session is looked up, and per organisation at its
 * rate. The bucket is not that of the organisation's keys: a key that uses up its limits keeps nobody from disabling it.
 */
export function limitSessions(sessions: SessionReader, { buckets, rateOf, perSecond }: SessionLimits): SessionReader {
  const take = async (policy: string, bucket: Bucket, advice: string): Promise<void> => {
    const grant = await buckets.take({ group: bucket.name, buckets: [bucket], cost: 1, ahead: 0 });
    if (grant.taken > 0) return;
    const wait = Math.max(1, Math.ceil(Math.max(...grant.buckets.map(({ waitMs }) => waitMs)) / 1000));
    const { rate } = bucket;
    throw new FeatstoreError(
      "rate_limited",
      `Too many requests (${policy}: ${rate.perSecond} per second, ${rate.burst} at once): try again in ${wait} s.${advice}`,
      {
        headers: {
          "retry-after": String(wait),
          "ratelimit-policy": `"${policy}";q=${rate.burst};w=${Math.ceil(rate.burst / rate.perSecond)}`,
          ratelimit: `"${policy}";r=0;t=${wait}`,
        },
        members: { "violated-policies": [policy] },
      },
    );
  };
  const addressRate = { perSecond, burst: BURST_SECONDS * perSecond };
  const addressAdvice = ` The limit is ${settingLabel("limits.session_requests_per_second")}.`;
  return {
    origin: sessions.origin,
    async person(cookie, address) {
      await take("address", { name: `sessions-of:${addressGroup(address)}`, rate: addressRate }, addressAdvice);
      const person = await sessions.person(cookie, address);
      if (person === undefined) return undefined;
      const { organisation } = person;
      await take("organisation", { name: `sessions:${organisation}`, rate: await rateOf(organisation) }, "");
      return person;
    },
  };
}
