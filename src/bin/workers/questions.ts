import type { Worker } from 'node:cluster'
import { within } from '../../lib/within.js'

/**
 * Asks the process at the other end of a worker's channel, and answers what that one asks. Who asks hears
 * nothing from a process that has ended or failed to answer: it waits for `patienceMs`.
 */
export function openQuestions(channel: Channel, answers: Answers): Questions {
  let last = 0
  const waiting = new Map<number, (answer: unknown) => void>()
  // A channel that is closed has nobody left to tell.
  const send = (message: Message) => channel.send(message, () => {})
  channel.on('message', (message: Message) => {
    if ('answerTo' in message) return waiting.get(message.answerTo)?.(message.answer)
    void answers[message.ask]?.(message.given).then(
      (answer) => send({ answerTo: message.id, answer }),
      () => {},
    )
  })
  return {
    async ask(ask, patienceMs, given) {
      const id = ++last
      const answered = new Promise((resolve) => waiting.set(id, resolve))
      try {
        send({ ask, id, given })
        return await within(patienceMs, answered)
      } finally {
        waiting.delete(id)
      }
    },
  }
}

type Channel = Pick<Worker, 'send' | 'on'>
type Answers = Record<string, (given: unknown) => Promise<unknown>>
type Message = { ask: string; id: number; given?: unknown } | { answerTo: number; answer?: unknown }

export interface Questions {
  /** What both ends send is plain data of this version's own. */
  ask(what: string, patienceMs: number, given?: unknown): Promise<unknown>
}
