import { LOADER, PREVIOUS, STAMP, VERSION, WRITES } from "./bucket-layout";

/*
 * Atomic operations on one table's rows in one bucket. `KEYS[1]` is the bucket, `ARGV` begins with the table and the loader.
 * Each loader writes its own id when it begins; a loader that was suspended meanwhile finds another id and changes
 * nothing.
 */

const names = `local bucket, table_name = KEYS[1], ARGV[1]
local stamp_field, loader_field, writes_field = table_name .. '${STAMP}', table_name .. '${LOADER}', table_name .. '${WRITES}'`;

/** `ARGV[3]`: the loader's writes to this bucket. */
const guard = `${names}
if redis.call('HGET', bucket, loader_field) ~= ARGV[2] then return 0 end
if redis.call('HGET', bucket, writes_field) ~= ARGV[3] then return 0 end`;

const count = `redis.call('HINCRBY', bucket, writes_field, 1)`;

const stampHas = `local stamp = redis.call('HGET', bucket, stamp_field)
local function has(start, part)
  return stamp and string.sub(stamp, 1, #start) == start and string.find(stamp, part, 1, true)
end`;

/**
 * `ARGV`: table, loader (which ends in `#`, its load and the part of the generation that it loads), the wanted stamp's start
 * and part, a new version. Returns 0 if the bucket already has the generation, 1 if the loader acquired it.
 */
export const BEGIN_WHOLE = `${names}
${stampHas}
if has(ARGV[3], ARGV[4]) then return 0 end
redis.call('HDEL', bucket, stamp_field)
redis.call('HSET', bucket, loader_field, ARGV[2], writes_field, '0', '${VERSION}', ARGV[5])
return 1`;

/** `ARGV`: table, loader, its writes so far, then pairs of field and row. Returns 0 if another loader has the bucket or a write was lost. */
export const PUT_ROWS = `${guard}
for i = 4, #ARGV, 2 do redis.call('HSET', bucket, ARGV[i], ARGV[i + 1]) end
${count}
return 1`;

/**
 * `ARGV`: table, loader, the wanted stamp's start and part, and the start of a stamp whose newest generation is the base of
 * the changes. Returns 0 if the bucket has the wanted generation. Returns -1 if it lacks the base, or also has rows of a
 * newer or unfinished generation, which these changes may not cover. Otherwise the loader acquired the bucket, and the
 * result is its current load.
 */
export const BEGIN_CHANGES = `${names}
${stampHas}
if has(ARGV[3], ARGV[4]) then return 0 end
if not stamp or string.sub(stamp, 1, #ARGV[5]) ~= ARGV[5] then return -1 end
local loader = redis.call('HGET', bucket, loader_field)
if loader and string.sub(loader, -#ARGV[4]) ~= ARGV[4] then return -1 end
redis.call('HSET', bucket, loader_field, ARGV[2], writes_field, '0')
return string.match(stamp, '[^;]*$')`;

/** `ARGV`: table, loader, its writes so far, generation, then pairs of field and row. The previous row stays readable for earlier generations. */
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

/** `ARGV`: table, loader, its writes, stamp, a new version. Returns 0 if another loader has the bucket or a write was lost. */
export const FINISH = `${guard}
redis.call('HSET', bucket, stamp_field, ARGV[4], '${VERSION}', ARGV[5])
redis.call('HDEL', bucket, loader_field, writes_field)
return 1`;

/** `ARGV`: table, a new version. Makes the table unreadable in the bucket; a sweep removes its rows. */
export const FORGET_TABLE = `${names}
if redis.call('HDEL', bucket, stamp_field, loader_field, writes_field) == 0 then return 0 end
redis.call('HSET', bucket, '${VERSION}', ARGV[2])
return 1`;

/**
 * `ARGV`: an HSCAN cursor. Removes rows of loads that are neither stamped nor active. Returns the next cursor ('0' after the
 * last), the number of removed fields, and the tables that are stamped or being loaded. Fields that a cursor misses after a
 * failover are left to the next sweep.
 */
export const SWEEP = `local bucket = KEYS[1]
local found = redis.call('HSCAN', bucket, ARGV[1], 'COUNT', 200)
local wanted, removed, answer = {}, 0, {found[1], 0}
for i = 1, #found[2], 2 do
  local field = found[2][i]
  local start, table_name, load = string.match(field, '^(([^#%z]+)#([^%z]*))%z')
  if start then
    if wanted[start] == nil then
      local stamp = redis.call('HGET', bucket, table_name .. '${STAMP}')
      local loader = redis.call('HGET', bucket, table_name .. '${LOADER}')
      wanted[start] = (stamp and string.match(stamp, '[^;]*$') == load)
        or (loader and string.find(loader, '#' .. load .. ';', 1, true)) or false
    end
    if not wanted[start] then removed = removed + redis.call('HDEL', bucket, field) end
  else
    local name = string.match(field, '^([^:]+):')
    if name then answer[#answer + 1] = name end
  end
end
answer[2] = removed
if redis.call('HLEN', bucket) == 1 and redis.call('HEXISTS', bucket, '${VERSION}') == 1 then redis.call('DEL', bucket) end
return answer`;

/** `KEYS[1]`: a lease; `ARGV`: its holder, milliseconds. Returns 0 if another holder has it. */
export const RENEW_LEASE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** `KEYS[1]`: a lease; `ARGV`: its holder. */
export const RELEASE_LEASE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;
