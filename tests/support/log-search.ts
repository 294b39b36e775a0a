import type { ClientDevice } from './client-device.js'

/** Of a ciphertext that many bytes are looked for: more than chance brings, less than a line holds. */
const SAMPLE_CHARS = 24

/** What must not be in a log, by kind. */
export type Secrets = Record<string, string[]>

export interface LogLine {
  level: number
  text: string
}

/** The lines that the logger wrote; what the command says to its operator is none. */
export function linesOf(log: readonly string[]): LogLine[] {
  return log.flatMap((text) => {
    if (!text.startsWith('{')) return []
    const { level } = JSON.parse(text) as { level: number }
    return [{ level, text }]
  })
}

/** All that these devices sent and were told that names or belongs to somebody. */
export async function secretsOf(devices: readonly ClientDevice[]): Promise<Secrets> {
  const secrets: Required<Secrets> = {
    address: ['127.0.0.1', '::1'],
    did: unique(devices.map(({ did }) => did)),
    convoId: [],
    messageId: [],
    ciphertext: [],
    text: [],
    token: [],
    jti: [],
    cursor: [],
  }
  for (const device of devices) {
    const { tokens } = device.api
    secrets.token!.push(...tokens, ...tokens.map((token) => token.split('.')[2]!))
    secrets.jti!.push(...tokens.map(jtiOf))
    const events = device.stream?.events ?? []
    secrets.cursor!.push(...events.flatMap((event) => ('cursor' in event ? [event.cursor] : [])))
    for (const convo of device.convos.values()) {
      const entries = await convo.history()
      secrets.convoId!.push(convo.convoId)
      secrets.messageId!.push(...entries.map(({ id }) => id))
      secrets.text!.push(...convo.read.map(({ text }) => text))
      for (const { ciphertext } of entries) {
        const bytes = Buffer.from(ciphertext ?? []).subarray(-SAMPLE_CHARS)
        secrets.ciphertext!.push(bytes.toString('base64').slice(0, SAMPLE_CHARS))
        secrets.ciphertext!.push(bytes.toString('hex').slice(0, SAMPLE_CHARS))
      }
    }
  }
  return Object.fromEntries(Object.entries(secrets).map(([kind, found]) => [kind, unique(found)]))
}

/** Where one of `secrets` stands in a line: its kind, and the line. */
export function findInLog(lines: readonly LogLine[], secrets: Secrets): string[] {
  return Object.entries(secrets).flatMap(([kind, found]) =>
    found.flatMap((one) =>
      lines.flatMap(({ text }) => (text.includes(one) ? [`${kind} in ${text}`] : [])),
    ),
  )
}

/** What looks like an id, a token or an address in a line of the log, whoever's it is; our own id of a request is none. */
export function idsIn(line: string): string[] {
  const rest = line.replace(/"request":"[0-9a-f-]{36}"/, '')
  return IDS.flatMap((pattern) => rest.match(pattern) ?? [])
}

const IDS = [
  /did:(?:plc|web|key):[\w.%-]+/g,
  /[0-9a-f]{32,}/gi,
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  /\b[0-9A-HJKMNP-TV-Z]{26}\b/g,
  /\beyJ[\w-]{8,}/g,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b|::1\b/g,
]

function jtiOf(token: string): string {
  const claims = Buffer.from(token.split('.')[1]!, 'base64url').toString()
  return (JSON.parse(claims) as { jti: string }).jti
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
