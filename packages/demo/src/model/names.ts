import { signal } from '@preact/signals'
import type { Profile, Session } from '../sign-in/session.js'
import { shortDid } from '../text/names.js'

/** What people are called; asked for once, when somebody is first shown. */
export class Names {
  readonly #known = signal<ReadonlyMap<string, Profile>>(new Map())
  readonly #asked = new Set<string>()

  constructor(private readonly session: Session) {
    const { did, handle, displayName } = session
    this.#asked.add(did)
    this.#keep(did, { ...(handle && { handle }), ...(displayName && { displayName }) })
  }

  /** Never empty: the DID where nothing else is known. */
  of(did: string): Person {
    this.#ask(did)
    const { handle, displayName } = this.#known.value.get(did) ?? {}
    const own = did === this.session.did
    return { did, own, name: displayName || handle || shortDid(did), handle: handle ?? did }
  }

  #ask(did: string): void {
    if (this.#asked.has(did)) return
    this.#asked.add(did)
    this.session
      .profile?.(did)
      .then((profile) => profile && this.#keep(did, profile))
      .catch(() => undefined)
  }

  #keep(did: string, profile: Profile): void {
    this.#known.value = new Map([...this.#known.peek(), [did, profile]])
  }
}

export interface Person {
  did: string
  own: boolean
  name: string
  /** The handle, or else the DID. */
  handle: string
}
