import type { StreamEvent } from '../tests/support/client-stream.js'
import type { ClientDevice } from '../tests/support/client-device.js'

const COLOURS = { bold: 1, dim: 2, green: 32, yellow: 33, magenta: 35, cyan: 36 } as const
const NAME_COLUMNS = 14
const STREAM_COLUMN = 3 + NAME_COLUMNS + ' ◂ stream '.length
const LINE_COLUMNS = 110
const coloured = process.stdout.isTTY && process.env.NO_COLOR === undefined

/** A new scene. */
export function scene(number: number, title: string): void {
  say('')
  say(paint('bold', `${number}. ${title}`))
}

/** What a client did. */
export function did(device: ClientDevice, what: string): void {
  say(`   ${paint('cyan', nameOf(device))} ${what}`)
}

/** What the service keeps of it: sizes and hashes, never contents. */
export function stored(what: string): void {
  say(`   ${paint('yellow', 'service'.padEnd(NAME_COLUMNS))} ${paint('dim', 'stores')} ${what}`)
}

/** What the world does to the service. */
export function happens(what: string): void {
  say(`   ${paint('magenta', 'world'.padEnd(NAME_COLUMNS))} ${what}`)
}

/** What came over the stream, in the order in which it came. */
export function heard(device: ClientDevice, events: StreamEvent[]): void {
  const [first, ...more] = lines(events.map(describe))
  if (first === undefined) return
  say(`   ${paint('green', nameOf(device))} ${paint('dim', '◂ stream')} ${first}`)
  for (const line of more) say(`${' '.repeat(STREAM_COLUMN)}${line}`)
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Joined by dots, broken where a line is full. */
function lines(items: string[]): string[] {
  const full: string[] = []
  for (const item of items) {
    const last = full.at(-1)
    const longer = `${last} · ${item}`
    if (last !== undefined && STREAM_COLUMN + longer.length <= LINE_COLUMNS) {
      full[full.length - 1] = longer
    } else {
      full.push(item)
    }
  }
  return full
}

export function bytes(count: number): string {
  return count < 10_000 ? `${count} B` : `${(count / 1024).toFixed(1)} KiB`
}

function describe(event: StreamEvent): string {
  switch (event.type) {
    case 'messageEvent': {
      const { seq, messageType, epoch, ciphertext, hash } = event.message
      const size = bytes(ciphertext?.length ?? 0)
      return `seq ${seq} ${messageType} (epoch ${epoch}, ${size}, ${hash.slice(0, 8)}…)`
    }
    case 'welcomeEvent':
      return `welcome for ${event.deviceId}`
    case 'membershipChangeEvent': {
      const { action, deviceId } = event
      const who = deviceId === undefined ? short(event.did) : `${short(event.did)}/${deviceId}`
      return `${who} ${action}`
    }
    case 'convoEvent':
      return `conversation ${event.action}`
    case 'readEvent':
      return `read up to seq ${event.seq}`
    case 'deviceEvent':
      return `${short(event.did)}/${event.deviceId} ${event.action}`
    case 'keyPackagesEvent':
      return `${event.available} key packages left of ${event.deviceId}`
    case 'reportEvent':
      return `report ${event.reportId}`
    case 'ephemeralEvent':
      return `ephemeral, epoch ${event.epoch}, ${bytes(event.ciphertext.length)}`
    case 'infoEvent':
      return `${event.name}: ${event.message}`
    default:
      return event satisfies never
  }
}

export function short(did: string): string {
  return names.get(did) ?? did
}

/** Accounts are called by these names instead of their DIDs. */
export const names = new Map<string, string>()

function nameOf(device: ClientDevice): string {
  return `${short(device.did)}/${device.deviceId}`.padEnd(NAME_COLUMNS)
}

function paint(colour: keyof typeof COLOURS, text: string): string {
  return coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text
}
