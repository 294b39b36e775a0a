/**
 * `npm run docs:tour -- <did> <directory>`: the parts of the tour with curl that only an MLS client can
 * make, as bodies of requests. A new device, a new group and one message, each time.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lexToJson } from '@atproto/lexicon'
import { makeDeviceKeys } from '../../packages/client/src/mls/device-keys.js'
import { createGroup, encrypt } from '../../packages/client/src/mls/group.js'
import { makeKeyPackage } from '../../packages/client/src/mls/key-package.js'
import { sealGroupInfo } from '../../packages/client/src/mls/seal-commit.js'
import { DEFAULT_SUITE, suiteOf } from '../../packages/client/src/mls/suite.js'

const [did, directory] = process.argv.slice(2)
if (did === undefined || directory === undefined) {
  console.error('usage: npm run docs:tour -- <did> <directory>')
  process.exit(2)
}

const suite = await suiteOf(DEFAULT_SUITE)
const deviceId = `curl-${randomBytes(4).toString('hex')}`
const device = await makeDeviceKeys({ did, deviceId }, suite)
const packages = await Promise.all([1, 2, 3].map(() => makeKeyPackage(device, suite)))
const groupId = randomBytes(16)
const convoId = groupId.toString('hex')
const group = await createGroup(device, groupId, suite)
const sealed = await encrypt(group, Buffer.from('Hello from curl'), 256, suite)

mkdirSync(directory, { recursive: true })
write('device.json', {
  deviceId,
  signaturePublicKey: device.publicKey,
  name: 'A tour',
  keyPackages: packages.slice(1).map(({ bytes }) => bytes),
})
write('key-package.json', { keyPackage: packages[0]!.bytes })
write('convo.json', { genesis: await sealGroupInfo(group, suite), metadata: { name: 'A tour' } })
write('message.json', {
  convoId,
  msgId: randomUUID(),
  epoch: sealed.epoch,
  ciphertext: sealed.ciphertext,
})
writeFileSync(join(directory, 'convo-id'), convoId)
console.log(`${deviceId}, and the conversation ${convoId}, in ${directory}`)

function write(name: string, body: object): void {
  writeFileSync(join(directory!, name), JSON.stringify(lexToJson(body as never)))
}
