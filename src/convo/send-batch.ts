import type { Config } from '../config/index.js'
import { isDatabaseAway } from '../db/sqlstate.js'
import { afterCommit, inPipelinedTx } from '../db/tx.js'
import type { Database, StatementRunner } from '../db/types.js'
import { Batches, type BatchOutcome, type Settled } from '../lib/batches.js'
import type { ConvoId } from '../lib/ids.js'
import type { Metrics } from '../metrics.js'
import { appendEntries } from './append-entries.js'
import type { ConvoDeps } from './deps.js'
import { lockConvos, tryLockConvos } from './lock.js'
import { placeMessages } from './place-messages.js'
import type { PreparedMessage } from './prepared-message.js'
import { readForSending, type Seen } from './read-for-sending.js'
import type { SentMessage } from './send.js'

/** Enough that the disk's answer is shared by many, few enough that nobody waits long for the others. */
const BATCH_ITEMS = 64
const BATCH_BYTES = 1024 * 1024
/** Longer than a batch takes on a busy database, shorter than a person notices. */
const PATIENCE_MS = 100

export type SendBatches = Batches<ConvoId, PreparedMessage, SentMessage>

export interface SendDeps extends Pick<ConvoDeps, 'outbox' | 'lanes' | 'clock'> {
  readonly config: { mls: Pick<Config['mls'], 'epochGrace'> }
  readonly database: Pick<Database, 'pipelined'>
  readonly metrics: Pick<Metrics, 'messagesSent'>
}

/**
 * Group commit: messages that wait at the same time share a transaction. The messages of a conversation
 * whose lock somebody else has are set aside, so that they alone wait for it.
 *
 * @param atOnce how many batches may be on their way, each with a connection of its own.
 */
export function createSendBatches(deps: SendDeps, atOnce: number): SendBatches {
  return new Batches<ConvoId, PreparedMessage, SentMessage>(
    {
      together: (items) =>
        sendTogether(
          deps,
          items.map(({ input }) => input),
        ),
      // Behind the other writers of the conversation in this process: who waits there has no connection.
      alone: (convoId, messages) =>
        deps.lanes.run(convoId, () => sendAlone(deps, convoId, messages)),
    },
    {
      atOnce,
      maxItems: BATCH_ITEMS,
      maxWeight: BATCH_BYTES,
      weigh: ({ ciphertext }) => ciphertext.length,
      patienceMs: PATIENCE_MS,
    },
  )
}

async function sendTogether(
  deps: SendDeps,
  messages: readonly PreparedMessage[],
): Promise<BatchOutcome<SentMessage>[]> {
  const convoIds = messages.map(({ convoId }) => convoId)
  try {
    return await inPipelinedTx(deps.database, {
      // In this order: what is read is what stands under the lock.
      read: (tx) => Promise.all([tryLockConvos(tx, convoIds), readForSending(tx, messages)]),
      write: (tx, [free, rows]) => {
        const isFree = ({ convoId }: PreparedMessage) => free.has(convoId)
        const here = messages.filter(isFree)
        const seen = rows.filter((_, i) => isFree(messages[i]!))
        const { value, written } = append(tx, deps, here, seen)
        const outcomes = value.values()
        return {
          value: messages.map((each) => (isFree(each) ? outcomes.next().value! : 'busy')),
          written,
        }
      },
    })
  } catch (failed) {
    // Each alone would only find that out again, one time-out after the other.
    if (isDatabaseAway(failed)) return messages.map(() => ({ failed }))
    throw failed
  }
}

async function sendAlone(
  deps: SendDeps,
  convoId: ConvoId,
  messages: readonly PreparedMessage[],
): Promise<Settled<SentMessage>[]> {
  return inPipelinedTx(deps.database, {
    read: async (tx) => {
      const [, rows] = await Promise.all([lockConvos(tx, [convoId]), readForSending(tx, messages)])
      return rows
    },
    write: (tx, rows) => append(tx, deps, messages, rows),
  })
}

/** To locked conversations. A refused message is refused by itself; the others are appended. */
function append(
  tx: StatementRunner,
  { config, outbox, metrics, clock }: SendDeps,
  messages: readonly PreparedMessage[],
  seen: readonly Seen[],
): { value: Settled<SentMessage>[]; written: Promise<void> } {
  const now = clock()
  const { outcomes, entries } = placeMessages(messages, seen, config.mls.epochGrace, now)
  afterCommit(tx, () => metrics.messagesSent.inc({ delivery: 'persistent' }, entries.length))
  return { value: outcomes, written: appendEntries(tx, outbox, entries, now) }
}
