import { availableParallelism } from 'node:os'
import type { PublicKey } from '../identity/public-key.js'
import { Pace } from '../lib/pace.js'
import { nativeSecp256k1 } from './native-secp256k1.js'
import { verifySignature } from './signature.js'
import { SignatureThread } from './signature-thread.js'

/** A quarter of a millisecond: what others wait at most for each turn of the event loop. */
const PER_TURN = 4

/**
 * Checks signatures for a process that has other things to do: one that comes alone at once, those of a
 * crowd in a thread, which costs the event loop 2 µs for each instead of 60. The thread starts with the
 * first crowd, where there is a second core to run it.
 */
export class SignatureChecks implements AsyncDisposable {
  readonly #pace = new Pace(PER_TURN)
  #thread: SignatureThread | undefined

  constructor(private readonly mayStart = availableParallelism() > 1) {}

  /** As `verifySignature`. */
  async verify(key: PublicKey, signed: Uint8Array, signature: Uint8Array): Promise<boolean> {
    if (this.#isForThread(key)) {
      const verdict = await this.#thread!.verify(key, signed, signature)
      if (verdict !== undefined) return verdict
    }
    const turn = this.#pace.take()
    if (turn) this.#start()
    await turn
    return verifySignature(key, signed, signature)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.[Symbol.asyncDispose]()
  }

  #isForThread({ alg }: PublicKey): boolean {
    if (alg !== 'ES256K' || !this.#thread?.isReady) return false
    return !this.#thread.isIdle || this.#pace.gone > 0
  }

  #start(): void {
    if (this.mayStart && nativeSecp256k1) this.#thread ??= new SignatureThread()
  }
}
