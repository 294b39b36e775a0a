import { RateLimitExceededError } from '../errors.js'
import type { Did, DeviceId } from '../lib/ids.js'
import type { StreamSettings } from './settings.js'
import { NOTHING_ELSEWHERE, type SlotsElsewhere } from './slots-elsewhere.js'

/** How many streams are open, by what limits them: here, and as far as is known elsewhere. */
export class Slots {
  readonly #open = new Map<string, number>()
  /** Set once other processes can be heard. */
  elsewhere: Pick<SlotsElsewhere, 'count' | 'tell'> = NOTHING_ELSEWHERE

  constructor(private readonly settings: StreamSettings) {}

  /** @throws {RateLimitExceededError} */
  ofAddress(address: string): Disposable {
    const { streamsPerAddress } = this.settings
    return this.#take([[`address ${address}`, streamsPerAddress, 'from one address']])
  }

  /** @throws {RateLimitExceededError} */
  ofHolder({ did, deviceId }: { did: Did; deviceId?: DeviceId }): Disposable {
    const { streamsPerAccount, streamsPerDevice } = this.settings
    const account: Claim = [`account ${did}`, streamsPerAccount, 'of one account']
    if (deviceId === undefined) return this.#take([account])
    return this.#take([account, [deviceKey(did, deviceId), streamsPerDevice, 'of one device']])
  }

  /** Whether a stream of this device is open, here or elsewhere. */
  isOpen({ did, deviceId }: { did: Did; deviceId: DeviceId }): boolean {
    const key = deviceKey(did, deviceId)
    return (this.#open.get(key) ?? 0) + this.elsewhere.count(key) > 0
  }

  #take(claims: readonly Claim[]): Disposable {
    for (const [key, limit, words] of claims) {
      if ((this.#open.get(key) ?? 0) + this.elsewhere.count(key) >= limit) {
        throw new RateLimitExceededError(
          `At most ${limit} streams ${words} can be open; close one first`,
        )
      }
    }
    for (const [key] of claims) this.#add(key, 1)
    let taken = true
    return {
      [Symbol.dispose]: () => {
        if (taken) for (const [key] of claims) this.#add(key, -1)
        taken = false
      },
    }
  }

  #add(key: string, difference: 1 | -1): void {
    const open = (this.#open.get(key) ?? 0) + difference
    if (open > 0) this.#open.set(key, open)
    else this.#open.delete(key)
    this.elsewhere.tell(key, open)
  }
}

type Claim = [key: string, limit: number, words: string]

function deviceKey(did: Did, deviceId: DeviceId): string {
  return `device ${did} ${deviceId}`
}
