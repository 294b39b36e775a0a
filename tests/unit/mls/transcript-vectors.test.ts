import { expect, test } from 'vitest'
import { nextConfirmedTranscriptHash } from '../../../src/mls/commit/next-epoch.js'
import { PublicGroup } from '../../../src/mls/public-group.js'
import { verifyWithLabel } from '../../../src/mls/signature.js'
import { suiteById, type Suite } from '../../../src/mls/suite.js'
import { RatchetTree } from '../../../src/mls/tree/ratchet-tree.js'
import { readPublicMessage, type PublicMessage } from '../../../src/mls/wire/framing.js'
import { makeGroupContext } from '../../../src/mls/wire/group-info.js'
import { Reader } from '../../../src/mls/wire/reader.js'
import { fromHex, readVectors, toHex } from './vectors.js'

interface Transcript {
  cipher_suite: number
  authenticated_content: string
  interim_transcript_hash_before: string
  confirmed_transcript_hash_after: string
  interim_transcript_hash_after: string
}

test.each(readVectors<Transcript>('transcript-hashes'))(
  'transcript hashes of suite $cipher_suite',
  (vector) => {
    const suite = suiteById(vector.cipher_suite)!
    const r = new Reader(Buffer.concat([fromHex(vector.authenticated_content), NO_TAG]))
    expect(r.u16()).toBe(1)
    const message = readPublicMessage(r)
    r.finish('vector')

    const before = Object.create(groupAt(suite, ''), {
      interimTranscriptHash: { value: fromHex(vector.interim_transcript_hash_before) },
    }) as PublicGroup
    const confirmed = nextConfirmedTranscriptHash(before, message)
    expect(toHex(confirmed)).toBe(vector.confirmed_transcript_hash_after)
    const after = groupAt(suite, toHex(confirmed), message.confirmationTag)
    expect(toHex(after.interimTranscriptHash)).toBe(vector.interim_transcript_hash_after)
  },
)

/** An AuthenticatedContent is a PublicMessage without the membership tag. */
const NO_TAG = Uint8Array.of(0)

interface MessageProtection {
  cipher_suite: number
  group_id: string
  epoch: number
  tree_hash: string
  confirmed_transcript_hash: string
  signature_pub: string
  commit: string
  commit_pub: string
  proposal_pub: string
}

test.each(readVectors<MessageProtection>('message-protection'))(
  'signatures of public messages, suite $cipher_suite',
  (vector) => {
    const suite = suiteById(vector.cipher_suite)!
    const context = makeGroupContext({
      cipherSuite: vector.cipher_suite,
      groupId: fromHex(vector.group_id),
      epoch: vector.epoch,
      treeHash: fromHex(vector.tree_hash),
      confirmedTranscriptHash: fromHex(vector.confirmed_transcript_hash),
      extensionBytes: Uint8Array.of(0),
    })
    const isSigned = (message: PublicMessage, contextBytes: Uint8Array) => {
      const tbs = Buffer.concat([fromHex('00010001'), message.framedContent, contextBytes])
      const key = fromHex(vector.signature_pub)
      return verifyWithLabel(suite, key, 'FramedContentTBS', tbs, message.signature)
    }
    for (const bytes of [vector.commit_pub, vector.proposal_pub]) {
      const message = readPublicMessage(new Reader(fromHex(bytes), 4))
      expect(isSigned(message, context.bytes)).toBe(true)
      expect(isSigned(message, context.bytes.with(-1, 1))).toBe(false)
    }
    const commit = readPublicMessage(new Reader(fromHex(vector.commit_pub), 4))
    expect(toHex(commit.framedContent).endsWith(vector.commit)).toBe(true)
  },
)

function groupAt(suite: Suite, confirmed: string, tag: Uint8Array = new Uint8Array()): PublicGroup {
  const context = makeGroupContext({
    cipherSuite: suite.id,
    groupId: new Uint8Array(16),
    epoch: 0,
    treeHash: new Uint8Array(),
    confirmedTranscriptHash: fromHex(confirmed),
    extensionBytes: Uint8Array.of(0),
  })
  return new PublicGroup(context, new RatchetTree(suite, [undefined]), tag)
}
