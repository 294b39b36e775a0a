/** Bytes of an example, in base64: nobody reads more. */
const BYTES_SHOWN = 32
const ITEMS_SHOWN = 3
const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy']
const named = new Map<string, string>()

/**
 * A recorded value as a page shows it: the service at `mls.example.com`, people by name, long bytes and
 * lists cut short.
 */
export function presentable(value: unknown, place: Place): unknown {
  if (typeof value === 'string') return text(value, place)
  if (Array.isArray(value)) {
    return value.slice(0, ITEMS_SHOWN).map((item) => presentable(item, place))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      text(key, place),
      key === '$bytes' || SECRETS.has(key) ? short(String(inner)) : presentable(inner, place),
    ]),
  )
}

const SECRETS = new Set(['token', 'encryptedContent'])

function text(value: string, { url, serviceDid }: Place): string {
  return value
    .replaceAll(serviceDid, 'did:web:mls.example.com')
    .replaceAll(url.replace(/^http/, 'ws'), 'wss://mls.example.com')
    .replaceAll(url, 'https://mls.example.com')
    .replace(/did:plc:[a-z2-7]{24}/g, nameOf)
}

function nameOf(did: string): string {
  const known = named.get(did)
  if (known !== undefined) return known
  const round = Math.floor(named.size / NAMES.length)
  const name = NAMES[named.size % NAMES.length]! + (round === 0 ? '' : String(round + 1))
  const made = `did:plc:${name.padEnd(24, 'x').replace(/[0189]/g, '2')}`
  named.set(did, made)
  return made
}

function short(base64: string): string {
  return base64.length <= BYTES_SHOWN ? base64 : `${base64.slice(0, BYTES_SHOWN)}…`
}

interface Place {
  url: string
  serviceDid: string
}
