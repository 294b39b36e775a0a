import { expect, test } from 'vitest'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'

/** Within the skew that tokens may have, and more than a call takes. */
const SLOW_MS = 40_000

test(
  'times that others see are those of the service, when it received',
  async () => {
    await using stage = await ConvoStage.open({ clock: () => new Date(Date.now() - SLOW_MS) })
    const { people, convos, convoId } = await stage.met(2)
    const begunMs = Date.now() - SLOW_MS
    const { msgId } = await convos[0]!.send('now')
    const endedMs = Date.now() - SLOW_MS
    const { messages } = await people[1]!.api.query('getMessages', { convoId })
    const { createdAt } = messages.find((message) => message.id === msgId)!
    expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(begunMs)
    expect(Date.parse(createdAt)).toBeLessThanOrEqual(endedMs)
  },
  OPENS_WITHIN_MS,
)
