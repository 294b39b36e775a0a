import type { OutputSchema as Description } from '../../../client/src/lexicon/types/blue/catbird/mls/describeServer.js'

export type { Description }

export const NAMESPACE = 'blue.catbird.mls'

/** The service under test, by what it says about itself. */
export interface Service {
  /** Without a slash at its end. */
  readonly url: string
  readonly description: Description
}

/** Asks the service who it is, or throws an `Unreachable`. */
export async function meet(url: string): Promise<Service> {
  const base = url.replace(/\/+$/, '')
  const address = `${base}/xrpc/${NAMESPACE}.describeServer`
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(MEET_TIMEOUT_MS) })
    const description = (await response.json()) as Description
    if (!response.ok || typeof description.did !== 'string') throw new Error(response.statusText)
    return { url: base, description }
  } catch (cause) {
    throw new Unreachable(`no service of ${NAMESPACE} answers at ${address}`, { cause })
  }
}

export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

const MEET_TIMEOUT_MS = 20_000
