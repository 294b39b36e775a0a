import { randomUUID } from 'node:crypto'
import { encodeGroupContext } from 'ts-mls/groupContext.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClientConvo } from '../support/client-convo.js'
import { ClientDevice } from '../support/client-device.js'
import { latencyOf } from '../support/figures.js'
import { findInLog, linesOf, secretsOf } from '../support/log-search.js'
import { hex, readGroupInfo } from '../support/mls/index.js'
import { startPlc } from '../support/plc.js'
import type { TestPlc } from '../support/plc.js'
import { startProcess } from '../support/service-process.js'
import type { ServiceProcess } from '../support/service-process.js'

/** Messages of each device while the service goes down and comes back. */
const MESSAGES_UNDER_RESTART = 12
const MEASURED_MESSAGES = 100

describe('three accounts with five devices, against the real process', { timeout: 180_000 }, () => {
  let plc: TestPlc
  let service: ServiceProcess
  let phone: ClientDevice
  let laptop: ClientDevice
  let bob: ClientDevice
  let tablet: ClientDevice
  let carol: ClientDevice
  let devices: ClientDevice[]
  let convoId: string

  beforeAll(async () => {
    plc = await startPlc()
    const env = { LOG_LEVEL: 'trace' }
    service = await startProcess({ plcUrl: plc.url, env, logLines: Infinity })
    const [alice, robert, caroline] = await Promise.all([
      plc.createAccount(),
      plc.createAccount(),
      plc.createAccount({ alg: 'ES256' }),
    ])
    phone = await ClientDevice.create(alice, 'phone', service)
    laptop = await ClientDevice.create(alice, 'laptop', service)
    bob = await ClientDevice.create(robert, 'phone', service)
    tablet = await ClientDevice.create(robert, 'tablet', service)
    carol = await ClientDevice.create(caroline, 'phone', service)
    devices = [phone, laptop, bob, tablet, carol]
  }, 120_000)

  afterAll(async () => {
    await Promise.all(devices?.map((device) => device.disconnect()) ?? [])
    await service?.[Symbol.asyncDispose]()
    await plc?.close()
  })

  it('registers the devices and publishes key packages', async () => {
    for (const device of devices) await device.register(3)
    expect(await bob.publish(2)).toHaveLength(2)
    const { devices: own } = await bob.api.query('listDevices')
    expect(
      own.map(({ deviceId, keyPackagesAvailable }) => [deviceId, keyPackagesAvailable]),
    ).toEqual(
      expect.arrayContaining([
        ['phone', expect.any(Number)],
        ['tablet', expect.any(Number)],
      ]),
    )
  })

  it('creates a conversation of two accounts on four devices', async () => {
    for (const device of devices) await device.connect()
    const convo = await phone.createConvo([bob.did], 'Garden')
    convoId = convo.convoId
    for (const device of [laptop, bob, tablet]) await device.hear(convoId, 1)
    expectOneGroup([phone, laptop, bob, tablet])
    const { convo: view } = await bob.api.query('getConvo', { convoId })
    expect(view).toMatchObject({ convoId, epoch: 1, lastSeq: 1, memberCount: 2, generation: 0 })
    expect(carol.convos.size).toBe(0)
  })

  it('carries messages to every device but the one that wrote', async () => {
    const said = [
      [phone, 'Hello from the phone'],
      [bob, 'Hello back'],
      [tablet, 'And from the tablet'],
      [laptop, 'And from the laptop'],
    ] as const
    let seq = 1
    for (const [device, text] of said) {
      expect((await device.convo(convoId).send(text)).seq).toBe((seq += 1))
      for (const other of members()) await other.hear(convoId, seq)
    }
    for (const device of members()) {
      expect(device.convo(convoId).read.map(({ text }) => text)).toEqual(said.map(([, t]) => t))
    }
  })

  it('adds a third account, which reads from its addition on and nothing before', async () => {
    const added = await bob.convo(convoId).add([carol.did])
    expect(added).toMatchObject({ newEpoch: 2, seq: 6 })
    for (const device of devices) await device.hear(convoId, added.seq)
    expectOneGroup(devices)
    const { seq } = await carol.convo(convoId).send('Hello, I am new here')
    for (const device of devices) await device.hear(convoId, seq)

    expect((await carol.convo(convoId).history()).map((entry) => entry.seq)).toEqual([6, 7])
    expect((await phone.convo(convoId).history()).map((entry) => entry.seq)).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ])
  })

  it('brings a device up to date by its cursor after a loss of the connection', async () => {
    const before = tablet.convo(convoId).applied
    await tablet.disconnect()
    for (let i = 0; i < 10; i++) await phone.convo(convoId).send(`While away ${i}`)
    await laptop.convo(convoId).update()
    const { seq } = await carol.convo(convoId).send('Are you there?')
    expect(seq).toBe(before + 12)

    const stream = await tablet.connect()
    const asked = tablet.api.calls.length
    await tablet.hear(convoId, seq)
    expect(stream.messages(convoId).map((message) => message.seq)).toEqual(
      Array.from({ length: 12 }, (_, index) => before + 1 + index),
    )
    // All of it came over the stream: nothing had to be fetched.
    expect(tablet.api.calls.length).toBe(asked)
    for (const device of devices) await device.hear(convoId, seq)
    expectOneGroup(devices)
  })

  it('goes on after SIGTERM in the middle: streams end with 1001, cursors hold', async () => {
    const ended = devices.map((device) => device.stream!.closed)
    await throughRestart(async () => {
      expect(await service.stop()).toEqual({ code: 0, signal: null })
    })
    for (const { code } of await Promise.all(ended)) expect(code).toBe(1001)
  })

  it('goes on after SIGKILL in the middle: nothing acknowledged is lost or doubled', async () => {
    await throughRestart(async () => {
      expect(await service.kill()).toMatchObject({ signal: 'SIGKILL' })
    })
  })

  it('removes an account, which reads its removal and nothing after', async () => {
    const { group } = carol.convo(convoId)
    const written = await group.encrypt('Still here?')
    const input = { convoId, msgId: randomUUID(), epoch: group.epoch, ciphertext: written }

    const removed = await phone.convo(convoId).remove([carol.did])
    await carol.hear(convoId, removed.seq)
    expect(group.removed).toBe(true)
    const { seq } = await phone.convo(convoId).send('Carol has left us')
    for (const device of members()) await device.hear(convoId, seq)
    expectOneGroup(members())

    expect((await carol.convo(convoId).history()).at(-1)?.seq).toBe(removed.seq)
    await expect(carol.api.procedure('sendMessage', input)).rejects.toMatchObject({
      status: 403,
      error: 'NotMember',
    })
  })

  it('has shown everyone one log, one order and one text of each message', async () => {
    const logs = await Promise.all(devices.map((device) => device.convo(convoId).history()))
    const whole = logs[0]!
    expect(whole.map(({ seq }) => seq)).toEqual(whole.map((_, index) => index + 1))
    for (const log of logs.slice(1)) {
      expect(log.map(({ hash }) => hash)).toEqual(
        whole.filter(({ seq }) => seq >= log[0]!.seq && seq <= log.at(-1)!.seq).map((e) => e.hash),
      )
    }
    const texts = new Map(phone.convo(convoId).read.map(({ seq, text }) => [seq, text]))
    for (const device of devices) {
      const { read } = device.convo(convoId)
      expect(read.every(({ seq, text }) => texts.get(seq) === text)).toBe(true)
      expect(new Set(read.map(({ id }) => id)).size).toBe(read.length)
    }
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length)
    const { convo } = await phone.api.query('getConvo', { convoId })
    expect(convo.hash).toBe(whole.at(-1)?.hash)
  })

  it('has left nothing of anybody in its log, at whatever level', async () => {
    const { ticket } = await phone.api.procedure('getSubscriptionTicket', {})
    const reader = await phone.api.subscribe({ ticket })
    const { seq } = await bob.convo(convoId).send('Heard by a ticket')
    await reader.untilSeq(convoId, seq)
    await reader.close()
    await sendOddRequests()

    const secrets = await secretsOf(devices)
    secrets.ticket = [ticket]
    secrets.cursor!.push(...reader.events.flatMap((e) => ('cursor' in e ? [e.cursor] : [])))
    const lines = linesOf(service.log)
    const levels = new Set(lines.map(({ level }) => level))
    expect(lines.length).toBeGreaterThan(150)
    expect([...levels]).toEqual(expect.arrayContaining([20, 30]))
    for (const [kind, found] of Object.entries(secrets)) expect(found, kind).not.toEqual([])
    expect(findInLog(lines, secrets)).toEqual([])
    // The control: each of them would be found.
    for (const [kind, [one]] of Object.entries(secrets)) {
      const leak = { level: 30, text: JSON.stringify({ msg: `about ${one}` }) }
      expect(findInLog([leak], secrets).join()).toContain(kind)
    }
  })

  it('prints its figures', async () => {
    await Promise.all(devices.map((device) => device.disconnect()))
    const before = phone.api.calls.length
    for (let i = 0; i < MEASURED_MESSAGES; i++) await phone.convo(convoId).send(`Measured ${i}`)
    const { count, p50, p99 } = latencyOf(phone.api.calls.slice(before), 'sendMessage')
    expect(count).toBe(MEASURED_MESSAGES)
    const requests = devices.reduce((sum, { api }) => sum + api.calls.length, 0)
    console.log(
      `e2e on the embedded database: ${requests} requests, 2 restarts, 0 lost; ` +
        `sendMessage one after another: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    )
  })

  /**
   * All devices write while all listen; after a third of it the service goes down by `stop` and is
   * started again on the same data. Every device must end with every message, once, in one order.
   */
  async function throughRestart(stop: () => Promise<void>): Promise<void> {
    const before = phone.convo(convoId).applied
    const texts = new Set<string>()
    let acknowledged = 0
    let enough = () => {}
    const underWay = new Promise<void>((resolve) => (enough = resolve))
    const write = async (device: ClientDevice) => {
      const sent: number[] = []
      for (let i = 0; i < MESSAGES_UNDER_RESTART; i++) {
        const text = `${device.mls.name} ${before} ${i}`
        texts.add(text)
        sent.push((await device.convo(convoId).send(text)).seq)
        acknowledged += 1
        if (acknowledged === devices.length * 4) enough()
      }
      return sent
    }
    const total = devices.length * MESSAGES_UNDER_RESTART
    const listening = devices.map((device) => device.hear(convoId, before + total))
    const writing = Promise.all(devices.map(write))
    await underWay
    await stop()
    await service.start()

    const seqs = (await writing).flat().sort((a, b) => a - b)
    expect(seqs).toEqual(Array.from({ length: total }, (_, index) => before + 1 + index))
    await Promise.all(listening)
    for (const device of devices) {
      const since = device.convo(convoId).read.filter(({ seq }) => seq > before)
      expect(since.map(({ seq }) => seq)).toEqual(seqs)
      expect(new Set(since.map(({ text }) => text))).toEqual(texts)
    }
    expectOneGroup(devices)
    await expectServiceAgrees(phone.convo(convoId))
  }

  /** What a hostile or a broken client would have written to a log of URLs, bodies or messages. */
  async function sendOddRequests(): Promise<void> {
    const { api } = phone
    const token = await api.token('blue.catbird.mls.getMessages')
    const paths = [
      `/xrpc/${phone.did}?token=${token}`,
      `/${convoId}?cursor=${phone.cursor}`,
      `/xrpc/blue.catbird.mls.getMessages?convoId=${convoId}&limit=${phone.did}`,
      `/xrpc/blue.catbird.mls.subscribeConvoEvents?cursor=${phone.cursor}`,
    ]
    for (const path of paths) {
      const answer = await fetch(service.url + path, {
        headers: { authorization: `Bearer ${token}`, 'x-request-id': convoId },
      })
      expect(answer.status).toBeGreaterThanOrEqual(400)
    }
    const wrong = { bearer: `${token}x`, body: `{"convoId": "${convoId}", ${phone.did}` }
    await expect(api.send('POST', 'sendMessage', wrong)).rejects.toMatchObject({ status: 401 })
    const torn = { body: `{"convoId": "${convoId}", ${phone.did}` }
    await expect(api.send('POST', 'sendMessage', torn)).rejects.toMatchObject({ status: 400 })
  }

  function members(): ClientDevice[] {
    return devices.filter((device) => device !== carol)
  }

  function expectOneGroup(all: ClientDevice[]): void {
    const groups = all.map((device) => device.convo(convoId).group)
    expect(new Set(groups.map((group) => hex(group.epochAuthenticator))).size).toBe(1)
    expect(new Set(groups.map((group) => group.leafIndex)).size).toBe(groups.length)
  }

  /** The service's GroupInfo is of the context that the clients have. */
  async function expectServiceAgrees({ group, api }: ClientConvo): Promise<void> {
    const { groupInfo, epoch } = await api.query('getGroupInfo', { convoId })
    expect(epoch).toBe(group.epoch)
    expect(hex(encodeGroupContext(readGroupInfo(groupInfo).groupContext))).toBe(hex(group.context))
  }
})
