import { lexToJson } from '@atproto/lexicon'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schemaDict } from '../../src/lexicon/lexicons.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import type { EventReader } from '../support/client-stream.js'
import { presentable } from '../support/examples/presentable.js'
import { storedExamples, storeExamples } from '../support/examples/recording.js'
import { until } from '../support/sdk.js'

/** Of a database that never was. */
const OUTDATED = `a${'0'.repeat(48)}`

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

test('the events that the documentation shows are what the stream brings', async () => {
  const [alice, bob] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
  await using alices = await alice.api.subscribe()
  await using bobs = await bob.api.subscribe()
  await using late = await bob.api.subscribe({ cursor: OUTDATED })
  const { convoId } = await alice.createConvo([bob.did])
  await bob.join()
  await alice.convo(convoId).send('The tomatoes are ripe!')
  await alice.api.procedure('updateCursor', { convoId, seq: 2 })
  const { group } = alice.convo(convoId)
  await alice.api.procedure('sendMessage', {
    convoId,
    msgId: crypto.randomUUID(),
    epoch: group.epoch,
    ciphertext: await group.encrypt('…'),
    delivery: 'ephemeral',
  })
  // Whoever is reported is not told.
  await alice.api.procedure('reportMember', { convoId, did: bob.did, category: 'spam' })
  const tablet = await stage.service.device('tablet', alice.api.account as never)
  const { publicKey: signaturePublicKey } = tablet.mls
  await alice.api.procedure('registerDevice', { deviceId: 'tablet', signaturePublicKey })

  const wanted = ['messageEvent', 'membershipChangeEvent', 'convoEvent', 'readEvent', 'deviceEvent']
  const come = (reader: EventReader, types: string[]) =>
    until(`${types.join(', ')} have come`, () =>
      types.every((type) => reader.events.some((event) => event.type === type)),
    )
  await come(alices, [...wanted, 'ephemeralEvent', 'reportEvent'])
  await come(bobs, ['welcomeEvent', 'keyPackagesEvent'])
  await late.until((event) => event.type === 'infoEvent')
  const recorded: Record<string, object> = {}
  for (const { type, ...event } of [...alices.events, ...bobs.events, ...late.events]) {
    recorded[type] ??= presentable(lexToJson(event as never), stage.service) as object
  }
  storeExamples('events', recorded)
  const stored = storedExamples<Record<string, object>>('events')
  const keysOf = (examples: Record<string, object>) =>
    Object.fromEntries(
      Object.entries(examples).map(([name, event]) => [name, Object.keys(event).sort()]),
    )
  expect(keysOf(stored)).toEqual(keysOf(recorded))
  const known = Object.keys(schemaDict.BlueCatbirdMlsSubscribeConvoEvents.defs)
  expect(Object.keys(stored).filter((name) => !known.includes(name))).toEqual([])
})
