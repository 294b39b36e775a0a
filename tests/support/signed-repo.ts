import { jsonToLex } from '@atproto/lexicon'
import {
  getRecords,
  MemoryBlockstore,
  type RecordCreateOp,
  Repo,
  WriteOpAction,
} from '@atproto/repo'
import type { TestKeypair } from './tokens.js'

/**
 * What a PDS answers to `com.atproto.sync.getRecord`: a CAR with the signed commit and the path to the
 * record, or to where it would be. Made by the reference implementation of repositories.
 */
export async function proofOf(
  { did, keypair, records }: RepoContent,
  collection: string,
  rkey: string,
): Promise<Uint8Array> {
  const storage = new MemoryBlockstore()
  const creations = records.map(({ collection, rkey, value }) => ({
    action: WriteOpAction.Create as const,
    collection,
    rkey,
    record: jsonToLex(value as never),
  })) as RecordCreateOp[]
  const repo = await Repo.create(storage, did, keypair, creations)
  const parts: Uint8Array[] = []
  for await (const part of getRecords(storage, repo.cid, [{ collection, rkey }] as never))
    parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

export interface RepoContent {
  did: string
  keypair: TestKeypair
  records: StoredRecord[]
}

export interface StoredRecord {
  collection: string
  rkey: string
  /** Lexicon JSON. */
  value: object
}
