import { hash } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { PublicKey } from '../identity/public-key.js'
import { threadFile } from '../lib/thread-file.js'
import { packChecks, type Check } from './packed-checks.js'

/**
 * A thread that checks ES256K signatures; what one turn of the event loop brings goes there together. It
 * does not keep the process alive.
 */
export class SignatureThread implements AsyncDisposable {
  readonly #worker: Worker
  #state: 'starting' | 'ready' | 'ended' = 'starting'
  #gathered: Asked[] = []
  /** On their way, in this order. */
  readonly #batches: Asked[][] = []

  constructor({ url, execArgv } = threadFile(import.meta.url, 'signature-worker')) {
    this.#worker = new Worker(url, { execArgv })
    this.#worker.on('message', (message: 'ready' | Uint8Array) => {
      if (message === 'ready') this.#state = 'ready'
      else this.#batches.shift()?.forEach(({ answer }, i) => answer(message[i] === 1))
    })
    this.#worker.on('error', () => this.#end())
    this.#worker.on('exit', () => this.#end())
    this.#worker.unref()
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  /** Nobody waits for it. */
  get isIdle(): boolean {
    return this.#gathered.length === 0 && this.#batches.length === 0
  }

  /** Undefined where the thread has ended, and with it does not know. */
  verify(
    { point }: PublicKey,
    signed: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean | undefined> {
    if (signature.length !== SIGNATURE_BYTES) return Promise.resolve(false)
    const check = { digest: hash('sha256', signed, 'buffer'), signature, point }
    return new Promise((answer) => {
      if (this.#state === 'ended') {
        answer(undefined)
        return
      }
      if (this.#gathered.length === 0) setImmediate(this.#post)
      this.#gathered.push({ check, answer })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'ended') return
    this.#worker.ref()
    const exit = once(this.#worker, 'exit')
    this.#post()
    // By itself and not by `terminate`: Node has died of that in the middle of a message.
    this.#worker.postMessage('end')
    await exit
  }

  readonly #post = () => {
    const batch = this.#gathered
    if (batch.length === 0) return
    this.#gathered = []
    this.#batches.push(batch)
    const packed = packChecks(batch.map(({ check }) => check))
    this.#worker.postMessage(packed, [packed.buffer])
  }

  #end(): void {
    this.#state = 'ended'
    const asked = [...this.#batches.splice(0).flat(), ...this.#gathered.splice(0)]
    for (const { answer } of asked) answer(undefined)
  }
}

const SIGNATURE_BYTES = 64

interface Asked {
  check: Check
  answer: (verdict: boolean | undefined) => void
}
