import { createHash } from "node:crypto";
import { Cluster } from "ioredis";
import { STAMP } from "./bucket-layout";
import type { RedisClient } from "./redis-client";

/** The same fields of buckets of one number, each of another table. */
export interface BucketRead {
  readonly bucket: number;
  readonly keys: readonly string[];
  readonly fields: readonly string[];
}

/** No JSON text has it, and no stamp. */
const SEPARATOR = "\u0001";

/*
 * Several hashes in one command, and all texts in one answer: a client spends more on sending a command, and on taking
 * each text in, than Redis does on reading. `ARGV`: for each read how many keys and how many fields, and the fields.
 */
const READ = `local texts, key, at = {}, 1, 1
while at <= #ARGV do
  local keys, last = tonumber(ARGV[at]), at + 1 + tonumber(ARGV[at + 1])
  for _ = 1, keys do
    for from = at + 2, last, 4000 do
      local part = redis.call('HMGET', KEYS[key], unpack(ARGV, from, math.min(from + 3999, last)))
      for i = 1, #part do texts[#texts + 1] = part[i] or '' end
    end
    key = key + 1
  end
  at = last + 1
end
return table.concat(texts, string.char(1))`;
const READ_SHA1 = createHash("sha1").update(READ).digest("hex");

/**
 * For each read, for each of its keys, the stamp and then the texts of the fields, '' where there is none, all in one
 * list. What is read of one bucket number is of one moment: a Cluster has all buckets of a number in one slot.
 */
export async function readBuckets(client: RedisClient, reads: readonly BucketRead[]): Promise<readonly string[]> {
  if (!(client instanceof Cluster)) return read(client, reads);
  const numbers = [...new Set(reads.map(({ bucket }) => bucket))];
  const byNumber = new Map(
    await Promise.all(
      numbers.map(async (bucket) => {
        const own = reads.filter((each) => each.bucket === bucket);
        const answer: { readonly texts: readonly string[]; at: number } = { texts: await read(client, own), at: 0 };
        return [bucket, answer] as const;
      }),
    ),
  );
  return reads.flatMap(({ bucket, keys, fields }) => {
    const answer = byNumber.get(bucket) ?? { texts: [], at: 0 };
    const from = answer.at;
    answer.at += keys.length * (fields.length + 1);
    return answer.texts.slice(from, answer.at);
  });
}

async function read(client: RedisClient, reads: readonly BucketRead[]): Promise<readonly string[]> {
  const words: (string | number)[] = [];
  for (const { keys } of reads) words.push(...keys);
  const count = words.length;
  for (const { keys, fields } of reads) {
    words.push(keys.length, fields.length + 1, STAMP);
    for (const field of fields) words.push(field);
  }
  const answer = await client.evalsha(READ_SHA1, count, ...words).catch((error: unknown) => {
    // A server that was started anew, or does not know the script yet.
    if (error instanceof Error && error.message.startsWith("NOSCRIPT")) return client.eval(READ, count, ...words);
    throw error;
  });
  return String(answer).split(SEPARATOR);
}
