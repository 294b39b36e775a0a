import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { inTx } from '../../src/db/tx.js'
import type { ConvoId, Did } from '../../src/lib/ids.js'
import { messageFrame } from '../../src/stream/frame.js'
import { StreamStage } from '../../tests/support/stream-stage.js'
import { serveOrders } from './contender.js'
import { memberName } from './member-name.js'

/** The streams of the service, on their database; a message is appended as `sendMessage` does it. */
const CONVOS_EACH = 10
/** The clients count frames, whatever they are, and answer none. */
const NEVER_MS = 86_400_000
const members = Number(process.argv[2])
const bytes = Number(process.argv[3])
const stage = await StreamStage.open({
  bufferSize: 5_000,
  settings: { streamsPerAddress: members * 2, pingMs: NEVER_MS, deadMs: NEVER_MS },
})
const names = Array.from({ length: members }, (_, i) => memberName(i) as Did)
const convoIds: ConvoId[] = []
for (let i = 0; i < CONVOS_EACH; i++) convoIds.push(await stage.convo(names[0]!))
for (const convoId of convoIds) await admit(convoId, names.slice(1))
const convoId = convoIds[0]!
const sample = { ciphertext: randomBytes(bytes), convoId, hashes: 'a'.repeat(3 * 64 + 150) }
let waiting = 0
serveOrders(
  {
    url: stage.url,
    description: stage.database.description,
    frameBytes: messageFrame('messageEvent', sample).length,
  },
  () => {
    waiting += 1
    if (waiting === 1) void sendAll()
  },
)

/** Takes what waits in one transaction, as the lane of a conversation does; the stream goes on meanwhile. */
async function sendAll(): Promise<void> {
  while (waiting > 0) {
    const count = waiting
    await inTx(stage.database.db, async (tx) => {
      for (let i = 0; i < count; i++) await stage.append(tx, convoId, 'application', bytes)
    })
    waiting -= count
  }
}

async function admit(convoId: ConvoId, dids: Did[]): Promise<void> {
  await sql`
    insert into members (convo_id, did, joined_seq, role, status, joined_application_count)
    select ${convoId}, did, 1, 'member', 'accepted', 0 from unnest(${sql.val(dids)}::text[]) as did
  `.execute(stage.database.db)
}
