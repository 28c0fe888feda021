import { createHash } from "node:crypto";
import type { RedisClient } from "../platform/index";
import { bucketState, type TokenBuckets } from "./token-buckets";

/**
 * `KEYS`: the buckets. `ARGV`: cost, tokens ahead, 1 for a charge, then each bucket's rate per second and burst. A bucket
 * is the time at which it will be full, in seconds; without a key it is full. Returns the tokens taken, then the
 * tokens left in each bucket.
 */
const TAKE = `local time = redis.call('TIME')
local now = time[1] - 1767225600 + time[2] / 1000000
local cost, ahead, granted, left = tonumber(ARGV[1]), tonumber(ARGV[2]), true, {}
for i, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[2 * i + 2]), tonumber(ARGV[2 * i + 3])
  local full_at = tonumber(redis.call('GET', key) or now)
  left[i] = math.max(-burst, math.min(burst, burst - (full_at - now) * rate))
  granted = granted and (ARGV[3] == '1' or left[i] + 0.001 >= cost)
  ahead = math.min(ahead, math.floor(left[i] - cost + 0.001))
end
local taken = granted and cost + math.max(0, ahead) or 0
for i, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[2 * i + 2]), tonumber(ARGV[2 * i + 3])
  local owes = left[i] <= -burst
  left[i] = left[i] - taken
  if taken > 0 or owes then
    local full_in = (burst - left[i]) / rate
    redis.call('SET', key, string.format('%.9f', now + full_in), 'PX', math.ceil(full_in * 1000))
  end
  left[i] = string.format('%.6f', left[i])
end
return {taken, unpack(left)}`;

const SHA = createHash("sha1").update(TAKE).digest("hex");

/** Creates buckets in Redis, for all servers with the same `prefix`. Errors: those of the client. */
export function createRedisBuckets(client: RedisClient, prefix: string): TokenBuckets {
  const run = async (keys: number, words: readonly (string | number)[]): Promise<unknown> => {
    try {
      return await client.evalsha(SHA, keys, ...words);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return client.eval(TAKE, keys, ...words);
    }
  };
  return {
    async take({ group, buckets, cost, ahead, isCharge = false }) {
      const keys = buckets.map(({ name }) => `${prefix}:limit:{${group}}:${name}`);
      const rates = buckets.flatMap(({ rate }) => [rate.perSecond, rate.burst]);
      const answer = await run(keys.length, [...keys, cost, ahead, isCharge ? 1 : 0, ...rates]);
      const [taken, ...left] = answer as readonly [number, ...string[]];
      const states = buckets.map(({ rate }, index) => bucketState(Number(left[index]), rate, cost));
      return { taken, buckets: states, by: "redis" };
    },
  };
}
