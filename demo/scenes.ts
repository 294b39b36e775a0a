import type { ClientDevice } from '../tests/support/client-device.js'
import type { StreamEvent } from '../tests/support/client-stream.js'
import { hex } from '../tests/support/mls/index.js'
import type { ServiceProcess } from '../tests/support/service-process.js'
import type { Cast } from './cast.js'
import { bytes, did, happens, heard, say, scene, short, stored } from './printer.js'

export const GROUP_NAME = 'Garden'
const MESSAGES_AWAY = 10
const MESSAGES_UNDER_KILL = 8
const KEY_PACKAGES = 12

/** The story of three people, scene by scene; answers every text that was written. */
export async function play(cast: Cast, service: ServiceProcess): Promise<Played> {
  await registers(cast)
  const convoId = await meets(cast)
  await talks(cast, convoId)
  await grows(cast, convoId)
  await loses(cast, convoId)
  await survives(cast, convoId, service)
  await agrees(cast, convoId)
  const { read } = cast.phone.convo(convoId)
  return { convoId, texts: read.map(({ text }) => text) }
}

async function registers({ all }: Cast): Promise<void> {
  scene(1, 'Five devices of three accounts register and publish key packages')
  for (const device of all) {
    await device.register(KEY_PACKAGES)
    const { devices } = await device.api.query('getKeyPackageStatus')
    const own = devices.find(({ deviceId }) => deviceId === device.deviceId)
    did(device, `registers with key ${hex(device.mls.publicKey).slice(0, 8)}…`)
    stored(`${own?.available} key packages and one of last resort`)
    await device.connect()
  }
}

async function meets({ phone, laptop, bob, tablet }: Cast): Promise<string> {
  scene(2, 'Alice makes a group with Bob, on four devices at once')
  const { convoId, group } = await phone.createConvo([bob.did], GROUP_NAME)
  did(phone, `leases key packages, commits ${group.members().length - 1} Adds, sends a Welcome`)
  await storedEntry(phone, convoId, 1)
  for (const device of [laptop, bob, tablet]) await hears(device, convoId, 1)
  did(bob, `joins, and has the secret ${secretOf(bob, convoId)}`)
  did(phone, `has the secret ${secretOf(phone, convoId)}`)
  return convoId
}

async function talks({ phone, laptop, bob, tablet }: Cast, convoId: string): Promise<void> {
  scene(3, 'They talk')
  const present = [phone, laptop, bob, tablet]
  await says(phone, convoId, 'The tomatoes are ripe!', present)
  await says(tablet, convoId, 'I bring the basil.', present)
}

async function grows({ phone, bob, carol, all }: Cast, convoId: string): Promise<void> {
  scene(4, 'Bob adds Carol, who reads from then on')
  const { newEpoch, seq } = await bob.convo(convoId).add([carol.did])
  did(bob, `adds ${short(carol.did)}: epoch ${newEpoch}`)
  await storedEntry(bob, convoId, seq)
  for (const device of all) await hears(device, convoId, seq)
  await says(carol, convoId, 'Is there room for peppers?', all)
  for (const device of [phone, carol]) {
    const seqs = (await device.convo(convoId).history()).map((entry) => entry.seq)
    did(device, `reads the history: seq ${seqs.at(0)} to ${seqs.at(-1)}, hash chain checked`)
  }
}

async function loses({ phone, bob, tablet, all }: Cast, convoId: string): Promise<void> {
  scene(5, 'The tablet loses its connection and catches up by its cursor')
  await tablet.disconnect()
  happens(`the connection of ${short(tablet.did)}'s tablet is cut`)
  for (let i = 1; i <= MESSAGES_AWAY; i++) await phone.convo(convoId).send(`Row ${i} is watered.`)
  did(phone, `sends ${MESSAGES_AWAY} messages`)
  const { newEpoch, seq } = await bob.convo(convoId).update()
  did(bob, `renews the keys of his phone: epoch ${newEpoch}`)
  const { length } = tablet.convo(convoId).read
  await tablet.connect()
  await tablet.hear(convoId, seq)
  const missed = tablet.convo(convoId).read.length - length
  did(tablet, `resumes after its last cursor, and decrypts the ${missed} messages it missed`)
  for (const device of all) await device.hear(convoId, seq)
}

async function survives({ all }: Cast, convoId: string, service: ServiceProcess): Promise<void> {
  scene(6, 'The service is killed while all five write')
  const before = all[0]?.convo(convoId).applied ?? 0
  const total = all.length * MESSAGES_UNDER_KILL
  let acknowledged = 0
  let enough = () => {}
  const underWay = new Promise<void>((resolve) => (enough = resolve))
  const write = async (device: ClientDevice) => {
    for (let i = 1; i <= MESSAGES_UNDER_KILL; i++) {
      await device.convo(convoId).send(`${short(device.did)} and ${device.deviceId} write ${i}`)
      acknowledged += 1
      if (acknowledged >= total / 3) enough()
    }
  }
  const listening = Promise.all(all.map((device) => device.hear(convoId, before + total)))
  const writing = Promise.all(all.map(write))
  await Promise.race([underWay, writing])
  const atKill = acknowledged
  await service.kill()
  happens(`SIGKILL after ${atKill} of ${total} acknowledgements`)
  const readyMs = await service.start()
  happens(`the service is started on the same data: ready after ${Math.round(readyMs)} ms`)
  await Promise.all([writing, listening])
  for (const device of all) {
    const since = device.convo(convoId).read.filter(({ seq }) => seq > before)
    if (since.length !== total || new Set(since.map(({ id }) => id)).size !== total) {
      throw new Error(`${device.mls.name} has ${since.length} of ${total} messages`)
    }
  }
  did(all[0]!, 'and the others go on by their cursors, sending again what was not acknowledged')
  stored(`seq ${before + 1} to ${before + total}: each message once, without a gap`)
}

async function agrees({ all }: Cast, convoId: string): Promise<void> {
  scene(7, 'All agree')
  const secrets = new Set(all.map((device) => secretOf(device, convoId)))
  if (secrets.size !== 1) throw new Error('the devices are not in one group')
  const ends = await Promise.all(all.map((device) => device.convo(convoId).history()))
  const hashes = new Set(ends.map((entries) => entries.at(-1)?.hash))
  if (hashes.size !== 1) throw new Error('the devices were shown different logs')
  say(`   one secret on five devices, and one log: its last hash is ${[...hashes][0]}`)
}

async function says(
  device: ClientDevice,
  convoId: string,
  text: string,
  listeners: ClientDevice[],
): Promise<void> {
  const sent = await device.convo(convoId).send(text)
  did(device, `says “${text}”, as ${bytes(sent.bytes)} of ciphertext`)
  await storedEntry(device, convoId, sent.seq)
  for (const listener of listeners) {
    await hears(listener, convoId, sent.seq)
    const message = listener.convo(convoId).read.at(-1)
    if (message?.text !== text) throw new Error(`${listener.mls.name} read something else`)
    if (listener !== device) did(listener, `reads “${message.text}”`)
  }
}

async function hears(device: ClientDevice, convoId: string, seq: number): Promise<void> {
  const events: StreamEvent[] = []
  await device.hear(convoId, seq, (event) => events.push(event))
  heard(device, events)
}

async function storedEntry(device: ClientDevice, convoId: string, seq: number): Promise<void> {
  const page = await device.api.query('getMessages', { convoId, sinceSeq: seq - 1, limit: 1 })
  const entry = page.messages[0]
  if (entry === undefined) throw new Error(`there is no entry at seq ${seq}`)
  const size = bytes(entry.ciphertext?.length ?? 0)
  stored(`seq ${seq}, ${entry.messageType} of ${size}, hash ${entry.hash.slice(0, 8)}…`)
  if (entry.messageType !== 'commit') return
  const { groupInfo, ratchetTree } = await device.api.query('getGroupInfo', { convoId })
  stored(`GroupInfo of ${bytes(groupInfo.length)}, its ratchet tree ${bytes(ratchetTree.length)}`)
}

/** The start of the epoch authenticator: equal where, and only where, all secrets are. */
function secretOf(device: ClientDevice, convoId: string): string {
  return `${hex(device.convo(convoId).group.epochAuthenticator).slice(0, 16)}…`
}

export interface Played {
  convoId: string
  /** In the order of the log. */
  texts: string[]
}
