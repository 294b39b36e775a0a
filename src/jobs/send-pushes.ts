import { enqueuePushes } from '../push/enqueue.js'
import { type SendDeps, sendDue } from '../push/send-due.js'
import { inBatches } from './in-batches.js'
import type { Job } from './job.js'

const READING = { name: 'enqueuePushes', size: 256 }
const SENT_TOGETHER = 100

/** Wakes devices for what has happened: one process at a time reads the events, each push has one sender. */
export function sendPushes(deps: SendDeps & { incarnation: string }): Job {
  return {
    name: 'sendPushes',
    intervalMs: 1_000,
    async run(ctx, signal) {
      const { incarnation, settings } = deps
      await inBatches(ctx, signal, READING, (tx, size) =>
        enqueuePushes(tx, { incarnation, delayMs: settings.delayMs }, size),
      )
      let sent = 0
      while (!signal.aborted) {
        const count = await sendDue(deps, SENT_TOGETHER)
        sent += count
        if (count < SENT_TOGETHER) break
      }
      return sent
    },
  }
}
