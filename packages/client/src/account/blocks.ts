import type { Service } from '../api/service.js'
import { readPages } from '../api/pages.js'

/** From now on neither of the two is added to a conversation by the other. */
export async function blockAccount(service: Service, did: string): Promise<void> {
  await service.call('blockAccount', (mls, options) => mls.blockAccount({ did }, options))
}

export async function unblockAccount(service: Service, did: string): Promise<void> {
  await service.call('unblockAccount', (mls, options) => mls.unblockAccount({ did }, options))
}

export async function listBlocks(service: Service): Promise<Block[]> {
  const blocks = await readPages(async (page) => {
    const answer = await service.call('getBlocks', (mls, options) =>
      mls.getBlocks({ limit: 100, ...page }, options),
    )
    return { items: answer.blocks, cursor: answer.cursor }
  })
  return blocks.map(({ did, createdAt }) => ({ did, createdAt }))
}

/** An account that this one has blocked. */
export interface Block {
  did: string
  /** ISO 8601. */
  createdAt: string
}
