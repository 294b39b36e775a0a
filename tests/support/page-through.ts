import type { Queryable } from '../../src/db/types.js'
import { type MessagesPage, readMessages } from '../../src/convo/read/messages.js'
import type { ConvoId, Did, Seq } from '../../src/lib/ids.js'

const PAGES_MAX = 1_000

/** All pages of a log in one direction, in the order in which they come. */
export async function pagesOf(
  q: Queryable,
  { convoId, did, limit, direction }: Paging,
): Promise<MessagesPage[]> {
  const pages: MessagesPage[] = []
  let sinceSeq = 0 as Seq
  let beforeSeq: Seq | undefined
  while (pages.length < PAGES_MAX) {
    const place = direction === 'forward' ? { sinceSeq } : { beforeSeq }
    const page = await readMessages(q, { convoId, did, limit, ...place })
    pages.push(page)
    if (!page.hasMore) return pages
    sinceSeq = page.lastSeq
    beforeSeq = page.messages[0]!.seq as Seq
  }
  throw new Error('the pages do not end')
}

/** The seqs that paging finds, in the log's order. */
export async function pagedSeqs(q: Queryable, paging: Paging): Promise<number[]> {
  const pages = await pagesOf(q, paging)
  if (paging.direction === 'backward') pages.reverse()
  return pages.flatMap(({ messages }) => messages.map(({ seq }) => seq))
}

export interface Paging {
  convoId: ConvoId
  did: Did
  limit: number
  direction: 'forward' | 'backward'
}
