import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { ClientDevice as Device } from './client-device.js'
import { ClientDevice } from './client-device.js'
import type { EventReader } from './client-stream.js'
import { runCommand } from './command.js'
import type { TestPlc } from './plc.js'
import { freePort, ServiceProcess, startProcess } from './service-process.js'

const WRITERS = 3
/** Acknowledged messages before the backup begins. */
const WRITTEN_BEFORE = 40
const SERVICE_DID = 'did:web:mls.backup.test'

/**
 * A service that people write to all the time, a backup of it that is made meanwhile, and another
 * service on a database that is restored from it.
 */
export class BackupStory implements AsyncDisposable {
  readonly acknowledged: Acknowledged[] = []
  #writing: Promise<unknown> | undefined
  #stop = false

  private constructor(
    readonly service: ServiceProcess,
    readonly writers: Device[],
    readonly reader: Device,
    readonly convoId: string,
    private readonly plc: TestPlc,
    private readonly env: Record<string, string>,
  ) {}

  /** @param env where the service has its database; an embedded one by default. */
  static async begin(plc: TestPlc, env: Record<string, string> = {}): Promise<BackupStory> {
    const service = await startProcess({ plcUrl: plc.url, env: { ...env, SERVICE_DID } })
    const person = async () => {
      const device = await ClientDevice.create(await plc.createAccount(), 'phone', service)
      await device.register(2)
      return device
    }
    const writers = await Promise.all(Array.from({ length: WRITERS }, person))
    const reader = await person()
    const [creator, ...others] = writers as [Device, ...Device[]]
    const invited = [...others, reader]
    const { convoId } = await creator.createConvo(invited.map(({ did }) => did))
    for (const device of invited) await device.join()
    return new BackupStory(service, writers, reader, convoId, plc, env)
  }

  /** What `catbird-mls` needs to find the service's database. */
  get place(): Record<string, string> {
    return { DATA_DIR: this.service.dataDir, ...this.env }
  }

  /** Everybody writes, until `end`; resolves once some was acknowledged. */
  async write(): Promise<void> {
    const write = async (writer: Device) => {
      while (!this.#stop) {
        const { seq, msgId } = await writer.convo(this.convoId).send(randomUUID())
        this.acknowledged.push({ seq, msgId })
      }
    }
    this.#writing = Promise.all(this.writers.map(write))
    while (this.acknowledged.length <= WRITTEN_BEFORE) {
      await Promise.race([this.#writing, sleep(20)])
    }
  }

  /** Backs up while everybody writes; answers what was acknowledged before it began. */
  async backUp(file: string, ...options: string[]): Promise<Acknowledged[]> {
    const before = [...this.acknowledged]
    const outcome = await runCommand(['backup', file, ...options], this.place)
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toMatch(/: \d+ rows of \d+ tables, \d+ bytes, read again\n$/)
    const during = this.acknowledged.length - before.length
    expect(during, 'messages that were acknowledged while the backup was made').toBeGreaterThan(0)
    return before
  }

  /** Everybody stops writing, the reader reads the stream to its end, and the service stops. */
  async end(): Promise<{ cursor: string }> {
    this.#stop = true
    await this.#writing
    const last = Math.max(...this.acknowledged.map(({ seq }) => seq))
    const { cursor } = await this.#follow(last)
    await this.service.stop()
    return { cursor }
  }

  /** Restores into another database, serves it, and looks whether clients can go on. */
  async goesOn(restored: {
    from: string
    /** Where the database is, beside `DATA_DIR`. */
    env?: Record<string, string>
    dataDir: string
    before: Acknowledged[]
    cursor: string
  }): Promise<void> {
    const { from, env = {}, dataDir } = restored
    const outcome = await runCommand(['restore', from], { DATA_DIR: dataDir, ...env })
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    const options = { plcUrl: this.plc.url, env: { ...env, SERVICE_DID } }
    const service = new ServiceProcess(await freePort(), dataDir, options)
    try {
      await service.start()
      for (const { api } of [...this.writers, this.reader]) api.url = service.url
      await this.#expectNothingMissing(restored.before)
      await this.#expectStream(restored.cursor)
    } finally {
      await service.stop()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop = true
    await this.#writing?.catch(() => {})
    await this.service[Symbol.asyncDispose]()
  }

  /** Nothing acknowledged before the backup began is missing, and the log is whole. */
  async #expectNothingMissing(before: Acknowledged[]): Promise<void> {
    const log = await this.reader.convo(this.convoId).history()
    const seqs = new Map(log.map(({ id, seq }) => [id, seq]))
    expect(before.filter(({ msgId, seq }) => seqs.get(msgId) !== seq)).toEqual([])
    expect(before.length).toBeGreaterThan(WRITTEN_BEFORE)
  }

  /** A cursor of before is outdated, all that is kept follows it, and then what is new. */
  async #expectStream(cursor: string): Promise<void> {
    const { convoId, reader } = this
    const { lastSeq } = await reader.api.query('getEpoch', { convoId })
    await using stream = await reader.api.subscribe({ cursor })
    expect(await stream.next()).toMatchObject({ type: 'infoEvent', name: 'OutdatedCursor' })
    await stream.untilSeq(convoId, lastSeq)
    const seqs = stream.messages(convoId).map(({ seq }) => seq)
    expect(seqs).toEqual(Array.from(seqs, (_, i) => lastSeq - seqs.length + 1 + i))
    const written = await this.#writeOne()
    expect(written).toBe(lastSeq + 1)
    await stream.untilSeq(convoId, written)
    // And the new cursors are good.
    await using resumed = await reader.api.subscribe({ cursor: stream.cursor! })
    const next = await this.#writeOne()
    expect((await resumed.untilSeq(convoId, next)).message.seq).toBe(next)
    expect(resumed.messages(convoId).map(({ seq }) => seq)).toEqual([next])
  }

  async #writeOne(): Promise<number> {
    const [writer] = this.writers as [Device]
    const { api, group } = writer.convo(this.convoId)
    const ciphertext = await group.encrypt('after the restore')
    const message = { convoId: this.convoId, msgId: randomUUID(), epoch: group.epoch, ciphertext }
    return (await api.procedure('sendMessage', message)).seq!
  }

  async #follow(seq: number): Promise<{ cursor: string }> {
    await using stream: EventReader = await this.reader.api.subscribe()
    const { group } = this.writers[0]!.convo(this.convoId)
    // A stream without a cursor starts now: one more message gives it one.
    const ciphertext = await group.encrypt('the last')
    const message = { convoId: this.convoId, msgId: randomUUID(), epoch: group.epoch, ciphertext }
    const answer = await this.writers[0]!.api.procedure('sendMessage', message)
    expect(answer.seq).toBeGreaterThan(seq)
    await stream.untilSeq(this.convoId, answer.seq!)
    return { cursor: stream.cursor! }
  }
}

export interface Acknowledged {
  msgId: string
  seq: number
}
