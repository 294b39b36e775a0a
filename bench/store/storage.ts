import { randomUUID } from 'node:crypto'
import { createSendBatches } from '../../src/convo/send-batch.js'
import { prepareMessage } from '../../src/convo/prepared-message.js'
import type { PreparedMessage } from '../../src/convo/prepared-message.js'
import type { Database } from '../../src/db/types.js'
import type { ConvoId, Did, Epoch } from '../../src/lib/ids.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import { createMetrics } from '../../src/metrics.js'
import { createOutbox } from '../../src/outbox/append.js'
import { privateMessage } from '../../tests/support/private-message.js'

/**
 * The storage layer alone, with every check that it makes: messages that were parsed before go through the
 * batches of the service, from `callers` who each wait for their answer.
 */
export async function measureStorage(database: Database, load: StorageLoad): Promise<number> {
  const sends = createSendBatches(
    {
      config: { mls: { epochGrace: 2 } },
      database,
      outbox: createOutbox(() => {}),
      metrics: createMetrics(),
      lanes: new KeyedQueue<ConvoId>(),
      clock: () => new Date(),
    },
    load.atOnce,
  )
  const messages = prepareAll(load)
  const begunMs = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: load.callers }, async () => {
      while (performance.now() - begunMs < load.ms) {
        const message = messages[next++]
        if (!message) return
        await sends.submit(message.convoId, message)
      }
    }),
  )
  return (Math.min(next, messages.length) * 1_000) / (performance.now() - begunMs)
}

function prepareAll({ convoIds, dids, count, messageBytes }: StorageLoad): PreparedMessage[] {
  return Array.from({ length: count }, (_, i) => {
    const convoId = convoIds[i % convoIds.length]!
    return prepareMessage({
      convoId,
      sender: dids[i % dids.length]!,
      msgId: randomUUID(),
      epoch: 0 as Epoch,
      ciphertext: privateMessage(Buffer.from(convoId, 'hex'), messageBytes),
    })
  })
}

export interface StorageLoad {
  convoIds: readonly ConvoId[]
  dids: readonly Did[]
  messageBytes: number
  /** Batches on their way at once. */
  atOnce: number
  callers: number
  /** At most so many messages, for at most so long. */
  count: number
  ms: number
}
