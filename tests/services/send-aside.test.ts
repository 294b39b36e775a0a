import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { lockConvos } from '../../src/convo/lock.js'
import { prepareMessage } from '../../src/convo/prepared-message.js'
import { createSendBatches } from '../../src/convo/send-batch.js'
import { inTx } from '../../src/db/tx.js'
import { ServiceUnavailableError } from '../../src/errors.js'
import type { ConvoId, Epoch } from '../../src/lib/ids.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import { createMetrics } from '../../src/metrics.js'
import { createOutbox } from '../../src/outbox/append.js'
import { ConvoLog, didOf } from '../support/convo-log.js'
import { openTestDatabase } from '../support/database.js'
import { privateMessage } from '../support/private-message.js'

const ALICE = didOf('a')

test('a conversation that another process has locked keeps no other waiting', async () => {
  await using database = await openTestDatabase()
  const { convoId: held } = await ConvoLog.create(database.db, ALICE)
  const { convoId: free } = await ConvoLog.create(database.db, ALICE)
  const sends = createSendBatches(
    {
      config: { mls: { epochGrace: 2 } },
      database,
      outbox: createOutbox(() => {}),
      metrics: createMetrics(),
      lanes: new KeyedQueue<ConvoId>(),
      clock: () => new Date(),
    },
    1,
  )
  /** As clients do, again with the same bytes where the wait for the lock has been given up. */
  async function send(convoId: ConvoId): Promise<number> {
    const message = prepareMessage({
      convoId,
      sender: ALICE,
      msgId: randomUUID(),
      epoch: 0 as Epoch,
      ciphertext: privateMessage(Buffer.from(convoId, 'hex'), 100),
    })
    for (;;) {
      try {
        return (await sends.submit(convoId, message)).seq
      } catch (error) {
        if (!(error instanceof ServiceUnavailableError)) throw error
      }
    }
  }

  let release!: () => void
  const released = new Promise<void>((resolve) => (release = resolve))
  const locked = new Promise<void>((resolve, reject) => {
    inTx(database.db, async (tx) => {
      await lockConvos(tx, [held])
      resolve()
      await released
    }).catch(reject)
  })
  await locked
  let answered = 0
  const waiting = [1, 2, 3].map(() => send(held).finally(() => (answered += 1)))
  for (const seq of [1, 2, 3]) expect(await send(free)).toBe(seq)
  expect(answered).toBe(0)
  release()
  expect((await Promise.all(waiting)).sort()).toEqual([1, 2, 3])
  // Control: it was the lock that kept them, and nothing keeps the next one.
  expect(await send(held)).toBe(4)
})
