import type { Backend } from '../backend/backend.js'
import { createMemoryBackend } from '../backend/memory-backend.js'
import { openRedisBackend } from '../backend/redis-backend.js'
import type { Config } from '../config/index.js'
import type { Logger } from '../logger.js'

export async function openBackend({ secrets }: Config, log: Logger): Promise<Backend> {
  if (secrets.redisUrl === undefined) return createMemoryBackend()
  return openRedisBackend({ url: secrets.redisUrl, log })
}
