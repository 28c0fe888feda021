import { FILLER, PREVIOUS, STAMP, VERSION, WRITES } from "./bucket-layout";

/*
 * What is done to one table's rows in one bucket, each whole or not at all. `KEYS[1]` is the bucket, `ARGV` begins with the
 * table and the filler. Whoever begins to fill puts a name of its own there; one who was stopped meanwhile, and goes on,
 * finds another name and changes nothing.
 */

const names = `local bucket, table_name = KEYS[1], ARGV[1]
local stamp_field, filler_field, writes_field = table_name .. '${STAMP}', table_name .. '${FILLER}', table_name .. '${WRITES}'`;

/** `ARGV[3]`: how often the filler has written here. */
const guard = `${names}
if redis.call('HGET', bucket, filler_field) ~= ARGV[2] then return 0 end
if redis.call('HGET', bucket, writes_field) ~= ARGV[3] then return 0 end`;

const count = `redis.call('HINCRBY', bucket, writes_field, 1)`;

const stampHas = `local function has(start, part)
  local stamp = redis.call('HGET', bucket, stamp_field)
  return stamp and string.sub(stamp, 1, #start) == start and string.find(stamp, part, 1, true)
end`;

/**
 * `ARGV`: table, filler, which ends in the part of the generation that it fills in, the wanted stamp's start and part, a
 * new version. 0: the bucket has it already; 1: it has no row of the table, and is the filler's; 2: it is the filler's, and
 * has rows that are to be cleared.
 */
export const BEGIN_WHOLE = `${names}
${stampHas}
if has(ARGV[3], ARGV[4]) then return 0 end
local is_empty = redis.call('HEXISTS', bucket, stamp_field) + redis.call('HEXISTS', bucket, filler_field) == 0
redis.call('HDEL', bucket, stamp_field)
redis.call('HSET', bucket, filler_field, ARGV[2], writes_field, '0', '${VERSION}', ARGV[5])
return is_empty and 1 or 2`;

/** `ARGV`: table, filler, its writes so far, cursor. Gives the next cursor, '0' after the last; 0: the bucket is another's, or lost a write. */
export const CLEAR_ROWS = `${guard}
local found = redis.call('HSCAN', bucket, ARGV[4], 'MATCH', table_name .. string.char(0) .. '*', 'COUNT', 1000)
for i = 1, #found[2], 2 do redis.call('HDEL', bucket, found[2][i]) end
${count}
return found[1]`;

/** `ARGV`: table, filler, its writes so far, then field and row in turns. 0: the bucket is another's, or lost a write. */
export const PUT_ROWS = `${guard}
for i = 4, #ARGV, 2 do redis.call('HSET', bucket, ARGV[i], ARGV[i + 1]) end
${count}
return 1`;

/**
 * `ARGV`: table, filler, the wanted stamp's start and part, and the part of the generation of which the changes are known.
 * 0: the bucket has what is wanted; 1: it is the filler's; -1: it has not what the changes are to, or also rows of another
 * generation, of one who never finished: these changes may not name them.
 */
export const BEGIN_CHANGES = `${names}
${stampHas}
if has(ARGV[3], ARGV[4]) then return 0 end
if not has(ARGV[3], ARGV[5]) then return -1 end
local filler = redis.call('HGET', bucket, filler_field)
if filler and string.sub(filler, -#ARGV[4]) ~= ARGV[4] then return -1 end
redis.call('HSET', bucket, filler_field, ARGV[2], writes_field, '0')
return 1`;

/** `ARGV`: table, filler, its writes so far, generation, then field and row in turns. The row before stays beside, for those who read generations before. */
export const PUT_CHANGES = `${guard}
local previous = string.char(${[...PREVIOUS].map((unit) => unit.charCodeAt(0)).join(", ")})
for i = 5, #ARGV, 2 do
  local current = redis.call('HGET', bucket, ARGV[i])
  if not current then
    redis.call('HDEL', bucket, ARGV[i] .. previous)
  elseif tonumber(string.match(current, '^%d+')) < tonumber(ARGV[4]) then
    redis.call('HSET', bucket, ARGV[i] .. previous, current)
  end
  redis.call('HSET', bucket, ARGV[i], ARGV[i + 1])
end
${count}
return 1`;

/** `ARGV`: table, filler, its writes, stamp, a new version. 0: the bucket is another's, or lost a write. */
export const FINISH = `${guard}
redis.call('HSET', bucket, stamp_field, ARGV[4], '${VERSION}', ARGV[5])
redis.call('HDEL', bucket, filler_field, writes_field)
return 1`;

/** `ARGV`: table, filler, its writes. Leaves the table without rows and stamp. 0: the bucket is another's, or lost a write. */
export const LEAVE = `${guard}
redis.call('HDEL', bucket, filler_field, writes_field)
if redis.call('HLEN', bucket) == 1 then redis.call('DEL', bucket) end
return 1`;

/** `KEYS[1]` a lease, `ARGV`: its holder, milliseconds. 0: it is another's. */
export const RENEW_LEASE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** `KEYS[1]` a lease, `ARGV`: its holder. */
export const RELEASE_LEASE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;
