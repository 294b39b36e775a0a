import type { Credential, Extension, GroupContext } from 'ts-mls'
import type { CommitTamper } from './seal-commit.js'
import { decodeMessage, readWelcome } from './wire.js'
import type { Change } from './group.js'

/** What a kind of commit has that can be altered. */
export type Trait = 'public' | 'path' | 'proposals'

/** A field that a member alters and signs, so that all that follows from it is in order. */
export interface SignedField {
  field: string
  needs: Trait[]
  tamper: () => CommitTamper
}

/** What the faults are made of: taken when a fault is made, as the group stands then. */
export interface MutationSource {
  /** The encryption key of a leaf that is not the committer's. */
  knownKey(): Uint8Array
  /** Of a member that is not the committer. */
  otherCredential(): Credential
  /** Of the epoch that the commit ends. */
  context(): GroupContext
}

/** Every field of a commit, of its path and of its GroupInfo, each with a value that must be refused. */
export function signedFields({
  knownKey,
  otherCredential,
  context,
}: MutationSource): SignedField[] {
  return [
    ...contentFields(),
    leaf('encryption_key, a known one', () => ({ hpkePublicKey: knownKey() })),
    leaf('signature_key', (l) => ({ signaturePublicKey: l.signaturePublicKey.with(5, 1) })),
    leaf('credential', () => ({ credential: otherCredential() })),
    leaf('capabilities', (l) => ({ capabilities: { ...l.capabilities, credentials: [] } })),
    leaf('parent_hash', () => ({ parentHash: ZEROS })),
    leaf('extensions', () => ({ extensions: [UNKNOWN] })),
    leaf('signature, for another group', () => ({ groupId: ZEROS })),
    leaf('signature, for another leaf', ({ leafIndex }) => ({ leafIndex: leafIndex + 1 })),
    ...pathFields(knownKey),
    {
      field: 'signature, over another context',
      needs: ['public'],
      tamper: () => ({ signedContext: { ...context(), treeHash: ZEROS } }),
    },
    nextContext('group_id', () => ({ groupId: ZEROS })),
    nextContext('epoch', ({ epoch }) => ({ epoch: epoch + 1n })),
    nextContext('tree_hash', () => ({ treeHash: ZEROS })),
    nextContext('confirmed_transcript_hash', () => ({
      confirmedTranscriptHash: ZEROS.subarray(1),
    })),
    nextContext('extensions', () => ({ extensions: [UNKNOWN] })),
    groupInfo('confirmation_tag', (i) => ({ confirmationTag: i.confirmationTag.subarray(1) })),
    groupInfo('signer', ({ signer }) => ({ signer: signer + 1 })),
    groupInfo('external_pub', (i) => ({ extensions: zeroed(i.extensions, 'external_pub') })),
    groupInfo('ratchet_tree', (i) => ({ extensions: zeroed(i.extensions, 'ratchet_tree') })),
  ]
}

/** Places of bytes that nothing depends on which the service can compute: only members can check them. */
export function onlyForMembers({ commit, welcome }: Change): FreePlaces {
  const free: FreePlaces = { commit: new Set(), groupInfo: new Set(), welcome: new Set() }
  const message = decodeMessage(commit)
  if (message.wireformat === 'mls_private_message') {
    const { encryptedSenderData, ciphertext } = message.privateMessage
    markAll(free.commit, commit, [encryptedSenderData, ciphertext])
  } else if (message.wireformat === 'mls_public_message') {
    const { publicMessage } = message
    const isMembers = publicMessage.senderType === 'member'
    if (isMembers) markAll(free.commit, commit, [publicMessage.membershipTag])
  }
  if (welcome !== undefined) {
    const { secrets, encryptedGroupInfo } = readWelcome(welcome)
    const sealed = secrets.map(({ encryptedGroupSecrets }) => encryptedGroupSecrets)
    const encrypted = sealed.flatMap(({ kemOutput, ciphertext }) => [kemOutput, ciphertext])
    markAll(free.welcome, welcome, [encryptedGroupInfo, ...encrypted])
  }
  return free
}

/**
 * All fields of an MLSMessage that are vectors of bytes, with the place of their first byte: ts-mls
 * decodes to slices, so that one can tell where they stood.
 */
export function byteFields(bytes: Uint8Array): { field: string; at: number }[] {
  const found: { field: string; at: number }[] = []
  const visit = (value: unknown, path: string): void => {
    if (value instanceof Uint8Array) {
      const inside = value.buffer === bytes.buffer && value.length > 0
      if (inside) found.push({ field: path, at: value.byteOffset - bytes.byteOffset })
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        visit(inner, path === '' ? name : `${path}.${name}`)
      }
    }
  }
  visit(decodeMessage(bytes), '')
  return found
}

type PathLeaf = Parameters<NonNullable<CommitTamper['leaf']>>[0]
type Context = Parameters<NonNullable<CommitTamper['nextContext']>>[0]
type Info = Parameters<NonNullable<CommitTamper['groupInfo']>>[0]
type FreePlaces = Record<'commit' | 'groupInfo' | 'welcome', Set<number>>

const UNKNOWN: Extension = { extensionType: 0xf00d, extensionData: new Uint8Array() }
const ZEROS = new Uint8Array(32)

function contentFields(): SignedField[] {
  return [
    content('group_id', (c) => ({ ...c, groupId: ZEROS })),
    content('epoch', (c) => ({ ...c, epoch: c.epoch + 1n })),
    content('sender', (c) => ({ ...c, sender: { senderType: 'member', leafIndex: 2 } })),
    content(
      'proposals, twice',
      (c) => ({
        ...c,
        commit: { ...c.commit, proposals: c.commit.proposals.flatMap((p) => [p, p]) },
      }),
      ['proposals'],
    ),
    content(
      'proposals, one less',
      (c) => ({ ...c, commit: { ...c.commit, proposals: c.commit.proposals.slice(1) } }),
      ['proposals'],
    ),
    content('path, none', (c) => ({ ...c, commit: { ...c.commit, path: undefined } }), ['path']),
  ]
}

function pathFields(knownKey: () => Uint8Array): SignedField[] {
  return [
    {
      field: 'path.nodes, one less',
      needs: ['path'],
      tamper: () => ({ nodes: (nodes) => nodes.slice(0, -1) }),
    },
    {
      field: 'path.nodes, twice',
      needs: ['path', 'public'],
      tamper: () => ({ path: (path) => ({ ...path, nodes: [...path.nodes, ...path.nodes] }) }),
    },
    {
      field: 'path.nodes.encryption_key, a known one',
      needs: ['path'],
      tamper: () => ({
        nodes: (nodes) => nodes.map((node) => ({ ...node, hpkePublicKey: knownKey() })),
      }),
    },
    {
      field: 'path.nodes.encrypted_path_secret, one less',
      needs: ['path', 'public'],
      tamper: () => ({
        nodes: (nodes) =>
          nodes.map((node) => ({
            ...node,
            encryptedPathSecret: node.encryptedPathSecret.slice(1),
          })),
      }),
    },
  ]
}

function content(
  field: string,
  change: NonNullable<CommitTamper['content']>,
  needs: Trait[] = [],
): SignedField {
  return {
    field: `content.${field}`,
    needs: ['public', ...needs],
    tamper: () => ({ content: change }),
  }
}

function leaf(field: string, change: (leaf: PathLeaf) => Partial<PathLeaf>): SignedField {
  const tamper = (): CommitTamper => ({ leaf: (one) => ({ ...one, ...change(one) }) })
  return { field: `path.leaf_node.${field}`, needs: ['path'], tamper }
}

function nextContext(field: string, change: (context: Context) => Partial<Context>): SignedField {
  const tamper = (): CommitTamper => ({ nextContext: (one) => ({ ...one, ...change(one) }) })
  return { field: `group_info.group_context.${field}`, needs: [], tamper }
}

function groupInfo(field: string, change: (info: Info) => Partial<Info>): SignedField {
  const tamper = (): CommitTamper => ({ groupInfo: (one) => ({ ...one, ...change(one) }) })
  return { field: `group_info.${field}`, needs: [], tamper }
}

function zeroed(extensions: Extension[], type: string): Extension[] {
  return extensions.map((one) =>
    one.extensionType === type ? { ...one, extensionData: ZEROS } : one,
  )
}

function markAll(places: Set<number>, whole: Uint8Array, slices: Uint8Array[]): void {
  for (const { byteOffset, length } of slices) {
    const start = byteOffset - whole.byteOffset
    for (let at = start; at < start + length; at++) places.add(at)
  }
}
