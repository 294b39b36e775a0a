import type { Conversation } from '../../conversation.js'
import type { LogRecord } from '../../convo/records.js'

/** Everything below a space, and what a terminal takes for commands. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Lines for people, or one JSON object a line for scripts. */
export class Printer {
  constructor(
    private readonly json: boolean,
    private readonly out: NodeJS.WritableStream,
  ) {}

  conversation(convo: Conversation): void {
    const { id, kind, status, title, members, unread } = convo
    const name = title?.name ?? ''
    this.#line({ id, kind, status, name, members, unread }, [
      id,
      status.padEnd(8),
      `${members.length} people`,
      `${unread} unread`,
      name,
    ])
  }

  entry(convoId: string, entry: LogRecord): void {
    this.#line({ convoId, ...entry }, [String(entry.seq).padStart(5), ...words(entry)])
  }

  done(what: object): void {
    this.#line(what, Object.values(what).map(String))
  }

  #line(object: object, words: string[]): void {
    // What others write must not steer the terminal.
    const text = this.json ? JSON.stringify(object) : words.join('  ').replaceAll(CONTROL, '\ufffd')
    this.out.write(`${text}\n`)
  }
}

function words(entry: LogRecord): string[] {
  switch (entry.kind) {
    case 'message': {
      const { payload, sender } = entry
      if (payload.type === 'data') return [sender.did, `(${payload.name})`]
      const files = payload.attachments?.map(
        ({ name, size }) => `[${name ?? 'file'}, ${size} bytes]`,
      )
      return [sender.did, payload.text, ...(files ?? [])]
    }
    case 'change': {
      const named = (sign: string, devices: { did: string; deviceId: string }[]) =>
        devices.map(({ did, deviceId }) => `${sign}${did}#${deviceId}`)
      return ['*', ...named('+', entry.added), ...named('-', entry.removed)]
    }
    case 'unreadable':
      return [`(unreadable: ${entry.reason})`]
    case 'hidden':
      return ['(between clients)']
    default:
      return entry satisfies never
  }
}
