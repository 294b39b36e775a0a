import { readFile, writeFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { createInterface } from 'node:readline'
import type { MlsClient } from '../../client.js'
import type { Conversation } from '../../conversation.js'
import type { Attachment } from '../../convo/attachment.js'
import { MlsClientError } from '../../errors.js'
import type { Printer } from './printer.js'
import { SettingError } from './settings.js'

const TYPES: Record<string, string> = {
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.webp': 'image/webp',
}

export const USAGE = `catbird-mls-chat <command> [--json]

  list                              conversations
  create <name> <person>...         a group; people by DID
  direct <person>                   the conversation of two
  add|remove <convo> <person>...    change who is in it
  leave <convo>
  send <convo> <text>...
  attach <convo> <file> [text]      encrypt, upload and send a file
  save <convo> <seq> <file>         download the attachment of a message
  history <convo> [count]
  follow [convo]                    what is said from now on; with a conversation, each line of
                                    standard input is sent to it

MLS_SERVICE  address of the service (http://127.0.0.1:3000)
MLS_DID      the account
MLS_STORE    file of the device     MLS_STORE_KEY  64 hex digits: openssl rand -hex 32
JWT_SECRET   the secret of a service in development; without it, the one in its DATA_DIR (./data)`

/** A conversation may be named by the beginning of its id. */
export const COMMANDS: Record<string, Command> = {
  async list(client, _args, printer) {
    for (const convo of client.conversations()) printer.conversation(convo)
  },

  async create(client, [name, ...people], printer) {
    printer.conversation(await client.create({ people, ...(name && { name }) }))
  },

  async direct(client, [person], printer) {
    printer.conversation(await client.direct(given(person, 'person')))
  },

  async add(client, [id, ...people], printer) {
    const convo = find(client, id)
    await convo.add(...people)
    printer.conversation(convo)
  },

  async remove(client, [id, ...people], printer) {
    const convo = find(client, id)
    await convo.remove(...people)
    printer.conversation(convo)
  },

  async leave(client, [id], printer) {
    const convo = find(client, id)
    await convo.leave()
    printer.conversation(convo)
  },

  async send(client, [id, ...words], printer) {
    printer.done(await find(client, id).send(given(words.join(' '), 'text')))
  },

  async attach(client, [id, path, ...words], printer) {
    const convo = find(client, id)
    const file = given(path, 'file')
    const mimeType = TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream'
    const attachment = await convo.upload(await read(file), { mimeType, name: basename(file) })
    const text = words.join(' ')
    printer.done(await convo.send({ type: 'text', text, attachments: [attachment] }))
  },

  async save(client, [id, seq, path], printer) {
    const convo = find(client, id)
    const [entry] = await convo.history({ before: Number(given(seq, 'seq')) + 1, limit: 1 })
    const payload = entry?.kind === 'message' ? entry.payload : undefined
    const attachment: Attachment | undefined =
      payload?.type === 'text' ? payload.attachments?.[0] : undefined
    if (attachment === undefined || entry?.seq !== Number(seq)) {
      throw new MlsClientError('attachment', `message ${seq} has no attachment`)
    }
    const file = given(path, 'file')
    // Never over a file that is there: its name may be what somebody else has chosen.
    await writeFile(file, await convo.download(attachment), { flag: 'wx' })
    printer.done({ file, size: attachment.size })
  },

  async history(client, [id, count = '50'], printer) {
    const convo = find(client, id)
    for (const entry of await convo.history({ limit: Number(count) })) {
      printer.entry(convo.id, entry)
    }
  },

  async follow(client, [id], printer) {
    const convo = id === undefined ? undefined : find(client, id)
    client.start()
    const typing = convo && sendLines(client, convo)
    for await (const event of client.events()) {
      if (event.type === 'stopped') throw event.error
      if (event.type !== 'entry') continue
      if (convo === undefined || event.convoId === convo.id)
        printer.entry(event.convoId, event.entry)
    }
    await typing
  },
}

/** Sends what is typed; the end of the input ends the program. */
async function sendLines(client: MlsClient, convo: Conversation): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '')
      await convo.send(line).catch((error: Error) => console.error(error.message))
  }
  await client.close()
}

function find(client: MlsClient, start: string | undefined): Conversation {
  const prefix = given(start, 'conversation')
  const found = client.conversations().filter(({ id }) => id.startsWith(prefix))
  const [convo] = found
  if (convo === undefined || found.length > 1) {
    throw new MlsClientError('unknownConversation', `${found.length} conversations are ${prefix}…`)
  }
  return convo
}

function given(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new SettingError(`which ${what}?\n\n${USAGE}`)
  return value
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new MlsClientError('attachment', `cannot read ${file}`, { cause })
  }
}

type Command = (client: MlsClient, args: string[], printer: Printer) => Promise<void>
