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

/** Of one command's arguments, the most that Lua hands on at once. */
const MOST_FIELDS = 4000;

/*
 * Several hashes in one command, and the texts of each in one: a client spends more on sending a command, and on taking
 * each text in, than Redis does on reading. `ARGV`: for each read how many keys and how many fields, and the fields.
 */
const READ = `local texts, count, key, at, words, separator = {}, 0, 1, 1, #ARGV, string.char(1)
while at <= words do
  local keys, last = tonumber(ARGV[at]), at + 1 + tonumber(ARGV[at + 1])
  for _ = 1, keys do
    for from = at + 2, last, ${MOST_FIELDS} do
      local part = redis.call('HMGET', KEYS[key], unpack(ARGV, from, math.min(from + ${MOST_FIELDS - 1}, last)))
      for i = 1, #part do
        if not part[i] then part[i] = '' end
      end
      count = count + 1
      texts[count] = table.concat(part, separator)
    end
    key = key + 1
  end
  at = last + 1
end
return texts`;
/** In one command, for which Redis lets all others wait. */
const TEXTS_AT_ONCE = 1000;
const READ_SHA1 = createHash("sha1").update(READ).digest("hex");

/** The stamp of one key of a read, and then the texts of its fields, '' where there is none. */
export type BucketTexts = readonly string[];

/**
 * For each read, for each of its keys, what is there. What is read of one bucket number is of one moment: a Cluster has
 * all buckets of a number in one slot.
 */
export async function readBuckets(client: RedisClient, reads: readonly BucketRead[]): Promise<readonly BucketTexts[]> {
  if (!(client instanceof Cluster)) return read(client, reads);
  const numbers = [...new Set(reads.map(({ bucket }) => bucket))];
  const byNumber = new Map(
    await Promise.all(
      numbers.map(async (bucket) => {
        const own = reads.filter((each) => each.bucket === bucket);
        const answer: { readonly texts: readonly BucketTexts[]; at: number } = {
          texts: await read(client, own),
          at: 0,
        };
        return [bucket, answer] as const;
      }),
    ),
  );
  return reads.flatMap(({ bucket, keys }) => {
    const answer = byNumber.get(bucket) ?? { texts: [], at: 0 };
    const from = answer.at;
    answer.at += keys.length;
    return answer.texts.slice(from, answer.at);
  });
}

/** In a few commands, so that Redis reads what the next asks for while the answer of one is on its way. */
async function read(client: RedisClient, reads: readonly BucketRead[]): Promise<readonly BucketTexts[]> {
  const answers: Promise<readonly BucketTexts[]>[] = [];
  let from = 0;
  let texts = 0;
  for (let index = 0; index < reads.length; index++) {
    const { keys, fields } = reads[index] ?? { keys: [], fields: [] };
    texts += keys.length * fields.length;
    if (texts < TEXTS_AT_ONCE && index + 1 < reads.length) continue;
    answers.push(readAtOnce(client, reads.slice(from, index + 1)));
    from = index + 1;
    texts = 0;
  }
  const [only] = answers;
  return only !== undefined && answers.length === 1 ? only : (await Promise.all(answers)).flat();
}

async function readAtOnce(client: RedisClient, reads: readonly BucketRead[]): Promise<readonly BucketTexts[]> {
  const tables: string[] = [];
  const words: (string | number)[] = [];
  for (const { keys, fields } of reads) {
    for (const key of keys) tables.push(key);
    words.push(keys.length, fields.length + 1, STAMP);
    for (const field of fields) words.push(field);
  }
  // The command's types do not know what the script gives.
  const answers = (await runScript(client, tables, words)) as readonly string[];
  let next = 0;
  return reads.flatMap(({ keys, fields }) =>
    keys.map(() => {
      const texts = (answers[next++] ?? "").split(SEPARATOR);
      for (let more = MOST_FIELDS; more < fields.length + 1; more += MOST_FIELDS)
        for (const text of (answers[next++] ?? "").split(SEPARATOR)) texts.push(text);
      return texts;
    }),
  );
}

async function runScript(client: RedisClient, keys: readonly string[], words: readonly (string | number)[]) {
  try {
    return await client.evalsha(READ_SHA1, keys.length, ...keys, ...words);
  } catch (error) {
    // A server that was started anew, or does not know the script yet.
    if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
    return client.eval(READ, keys.length, ...keys, ...words);
  }
}
