import { FILLER, PREVIOUS, STAMP, WRITES } from "./bucket-layout";

/*
 * What is done to one bucket, each whole or not at all. `KEYS[1]` is the bucket. Whoever begins to fill a bucket puts a
 * name of its own into it; one who was stopped meanwhile, and goes on, finds another name there and changes nothing.
 */

const field = (name: string): string => `'${name}'`;

/** `number`: which of `ARGV` says how often the filler has written here. */
const guard = (number: number): string => `if redis.call('HGET', KEYS[1], ${field(FILLER)}) ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[1], ${field(WRITES)}) ~= ARGV[${number}] then return 0 end`;

const count = `redis.call('HINCRBY', KEYS[1], ${field(WRITES)}, 1)`;

const stampHas = `local function has(start, part)
  local stamp = redis.call('HGET', KEYS[1], ${field(STAMP)})
  return stamp and string.sub(stamp, 1, #start) == start and string.find(stamp, part, 1, true)
end`;

/**
 * `ARGV`: filler, which ends in the part of the generation that it fills in, and the wanted stamp's start and part. 0: the
 * bucket has it already; 1: it is empty, and the filler's.
 */
export const BEGIN_WHOLE = `${stampHas}
if has(ARGV[2], ARGV[3]) then return 0 end
redis.call('UNLINK', KEYS[1])
redis.call('HSET', KEYS[1], ${field(FILLER)}, ARGV[1], ${field(WRITES)}, '0')
return 1`;

/** `ARGV`: filler, its writes so far, then field and row in turns. 0: the bucket is another's, or lost a write. */
export const PUT_ROWS = `${guard(2)}
for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
${count}
return 1`;

/**
 * `ARGV`: filler, the wanted stamp's start and part, and the part of the generation of which the changes are known. 0: the
 * bucket has what is wanted; 1: it is the filler's; -1: it has not what the changes are to, or also rows of another
 * generation, of one who never finished: these changes may not name them.
 */
export const BEGIN_CHANGES = `${stampHas}
if has(ARGV[2], ARGV[3]) then return 0 end
if not has(ARGV[2], ARGV[4]) then return -1 end
local filler = redis.call('HGET', KEYS[1], ${field(FILLER)})
if filler and string.sub(filler, -#ARGV[3]) ~= ARGV[3] then return -1 end
redis.call('HSET', KEYS[1], ${field(FILLER)}, ARGV[1], ${field(WRITES)}, '0')
return 1`;

/** `ARGV`: filler, generation, its writes so far, then field and row in turns. The row before stays beside, for those who read generations before. */
export const PUT_CHANGES = `${guard(3)}
local previous = string.char(${[...PREVIOUS].map((unit) => unit.charCodeAt(0)).join(", ")})
for i = 4, #ARGV, 2 do
  local current = redis.call('HGET', KEYS[1], ARGV[i])
  if not current then
    redis.call('HDEL', KEYS[1], ARGV[i] .. previous)
  elseif tonumber(string.match(current, '^%d+')) < tonumber(ARGV[2]) then
    redis.call('HSET', KEYS[1], ARGV[i] .. previous, current)
  end
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
${count}
return 1`;

/** `ARGV`: filler, its writes, stamp. 0: the bucket is another's, or lost a write. */
export const FINISH = `${guard(2)}
redis.call('HSET', KEYS[1], ${field(STAMP)}, ARGV[3])
redis.call('HDEL', KEYS[1], ${field(FILLER)}, ${field(WRITES)})
return 1`;

/** `KEYS[1]` a lease, `ARGV`: its holder, milliseconds. 0: it is another's. */
export const RENEW_LEASE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** `KEYS[1]` a lease, `ARGV`: its holder. */
export const RELEASE_LEASE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;
