import type { Redis } from 'ioredis'

/**
 * Uses a key up, and says since when the store remembers, in one round trip and by the store's own
 * clock. The marker holds the run of the Redis process and the time when that run was first used:
 * a store that was emptied has no marker, and one that was restarted, from whatever old snapshot,
 * has the marker of another run. In both cases remembering begins now.
 */
const useOnce = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local marker = redis.call('GET', KEYS[2])
local run, since
if marker then
  run, since = string.match(marker, '^([^:]*):(%d+)$')
end
if run ~= ARGV[3] then
  since = string.format('%.0f', now)
  redis.call('SET', KEYS[2], ARGV[3] .. ':' .. since)
end
local ttl = math.max(tonumber(ARGV[1]) - now, tonumber(ARGV[2]), 1)
local first = redis.call('SET', KEYS[1], '', 'NX', 'PX', string.format('%.0f', ttl))
return { first and 1 or 0, tonumber(since), now }
`

/** Counts one more; the first count of a window gives it its end. */
const countUp = `
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
return { count, left }
`

export const scripts = {
  useOnce: { lua: useOnce, numberOfKeys: 2 },
  countUp: { lua: countUp, numberOfKeys: 1 },
}

export interface ScriptedRedis extends Redis {
  useOnce(
    key: string,
    markerKey: string,
    untilMs: number,
    atLeastMs: number,
    run: string,
  ): Promise<[first: 0 | 1, sinceMs: number, nowMs: number]>
  countUp(key: string, windowMs: number): Promise<[count: number, resetsInMs: number]>
}
