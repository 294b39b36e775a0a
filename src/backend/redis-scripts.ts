import type { Redis } from 'ioredis'
import type { UseOnce } from './backend.js'

/** Counts one more; the first count of a window gives it its end. */
const countIn = `
local function countIn(key, window)
  local count = redis.call('INCR', key)
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(window)
    redis.call('PEXPIRE', key, left)
  end
  return count, left
end
`

/**
 * Uses a key up, and counts the use if it holds and there is a third key, in one round trip and by
 * the store's own clock. The marker, the second key, holds the run of the Redis process and the
 * time when that run was first used: a store that was emptied has no marker, and one that was
 * restarted, from whatever old snapshot, has the marker of another run. In both cases remembering
 * begins now.
 */
const useOnce = `
${countIn}
local run, from, till, least, window = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local marker = redis.call('GET', KEYS[2])
local known, since
if marker then
  known, since = string.match(marker, '^([^:]*):(%d+)$')
end
if known ~= run then
  since = string.format('%.0f', now)
  redis.call('SET', KEYS[2], run .. ':' .. since)
end
since = tonumber(since)
till = tonumber(till)
local ttl = math.max(till - now, tonumber(least), 1)
local use = 'first'
if not redis.call('SET', KEYS[1], '', 'NX', 'PX', string.format('%.0f', ttl)) then
  use = 'used'
elseif tonumber(from) < since then
  use = 'forgotten'
elseif now >= till then
  use = 'over'
elseif KEYS[3] then
  return { use, since, now, countIn(KEYS[3], window) }
end
return { use, since, now }
`

const countUp = `
${countIn}
return { countIn(KEYS[1], ARGV[1]) }
`

export const scripts = {
  useOnce: { lua: useOnce },
  countUp: { lua: countUp, numberOfKeys: 1 },
}

export interface ScriptedRedis extends Redis {
  /** Of the key, the marker and perhaps the counter; then run, from, until, at least, window. */
  useOnce(
    numberOfKeys: number,
    ...keysAndArguments: (string | number)[]
  ): Promise<[use: UseOnce['use'], sinceMs: number, nowMs: number, ...counted: Counted | []]>
  countUp(key: string, windowMs: number): Promise<Counted>
}

export type Counted = [count: number, resetsInMs: number]
