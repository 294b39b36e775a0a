import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../random.js'
import type { Cluster } from './cluster.js'

/** What happened, in the words of the report. */
export interface ChaosCounts {
  kills: number
  crashes: number
  redisLosses: number
  redisPauses: number
  cuts: number
  /** From the start of a killed process to the first acknowledgement after it was ready, at most. */
  firstAckMs: number
}

/**
 * Breaks parts of a cluster one after another, at random, and mends each before the next: a process is
 * killed, PostgreSQL crashes, Redis is lost with all it had or stands still, connections are cut.
 */
export async function wreak(
  cluster: Cluster,
  acknowledged: readonly unknown[],
  rounds: number,
  random: Random,
): Promise<ChaosCounts> {
  const counts = { kills: 0, crashes: 0, redisLosses: 0, redisPauses: 0, cuts: 0, firstAckMs: 0 }
  const breakages: [Exclude<keyof ChaosCounts, 'firstAckMs'>, () => Promise<void>][] = [
    ['kills', killOne],
    ['crashes', () => cluster.crashDatabase(random.int(500))],
    ['kills', killOne],
    ['redisLosses', loseRedis],
    ['cuts', cutSome],
    ['kills', killOne],
    ['redisPauses', pauseRedis],
  ]
  // All of them in turn, from anywhere: a short run has most of them.
  const first = random.int(breakages.length)
  for (let round = 0; round < rounds; round++) {
    await sleep(100 + random.int(500))
    const [name, breakIt] = breakages[(first + round) % breakages.length]!
    await breakIt()
    counts[name] += 1
  }
  return counts

  async function killOne(): Promise<void> {
    const service = random.pick(cluster.services)
    await service.kill()
    await sleep(random.int(500))
    const startMs = performance.now()
    await service.start()
    const before = acknowledged.length
    while (acknowledged.length === before) await sleep(2)
    counts.firstAckMs = Math.max(counts.firstAckMs, Math.round(performance.now() - startMs))
  }

  async function loseRedis(): Promise<void> {
    await cluster.redis.kill()
    await sleep(random.int(500))
    await cluster.redis.start()
  }

  async function pauseRedis(): Promise<void> {
    cluster.redis.pause()
    await sleep(500 + random.int(1_500))
    cluster.redis.resume()
  }

  async function cutSome(): Promise<void> {
    cluster.gateway.cut(random)
  }
}
