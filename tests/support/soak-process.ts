import { setTimeout as sleep } from 'node:timers/promises'
import {
  developmentTokens,
  MlsClient,
  MlsClientError,
  ServiceError,
} from '../../packages/client/src/index.js'
import { openSqliteStore } from '../../packages/client/src/node/index.js'

/**
 * A client in a process of its own, to be killed: it sends to all its conversations, renews its keys now
 * and then, and writes a line for each text whose sending was confirmed.
 */
const { SOAK_SERVICE, SOAK_DID, SOAK_DEVICE, SOAK_SECRET, SOAK_STORE, SOAK_RUN } = process.env

/** What a client may be told between being removed, or cut off, and knowing of it. */
const BETWEEN = new Set(['notMember', 'notJoined', 'contested', 'unreachable', 'NotMember'])

const client = await MlsClient.open({
  service: SOAK_SERVICE!,
  auth: developmentTokens(SOAK_DID!, SOAK_SECRET!),
  store: openSqliteStore(SOAK_STORE!),
  storeKey: new Uint8Array(32).fill(7),
  deviceId: SOAK_DEVICE!,
  keyPackages: 5,
  removalDelayMs: 200,
})
client.start()

for (let count = 1; ; count++) {
  await sleep(50 + Math.random() * 300)
  for (const convo of client.conversations()) {
    if (convo.status !== 'active') continue
    const text = `${SOAK_DEVICE} run ${SOAK_RUN} text ${count}`
    try {
      if (count % 7 === 0) await convo.updateKeys()
      await convo.send(text)
      process.stdout.write(`${JSON.stringify({ convoId: convo.id, text })}\n`)
    } catch (error) {
      if (!(error instanceof MlsClientError)) throw error
      const name = error instanceof ServiceError ? error.error : error.code
      if (!BETWEEN.has(name)) throw error
    }
  }
}
