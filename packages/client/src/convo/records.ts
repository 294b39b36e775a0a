import type { Change } from '../mls/seal-commit.js'
import type { DeviceName } from '../mls/identity.js'
import type { MessagePayload, Payload } from './payload.js'

/** Keys of the store; what is counted is padded, so that keys sort as numbers do. */
export const keys = {
  convo: (convoId: string) => `convo/${convoId}`,
  groupOf: (convoId: string) => `group/${convoId}/`,
  group: (convoId: string, part: string) => `group/${convoId}/${part}`,
  staged: (convoId: string) => `staged/${convoId}`,
  logOf: (convoId: string) => `log/${convoId}/`,
  log: (convoId: string, seq: number) => `log/${convoId}/${padded(seq)}`,
  outboxOf: (convoId: string) => `outbox/${convoId}/`,
  outbox: (convoId: string, order: number) => `outbox/${convoId}/${padded(order)}`,
}

function padded(count: number): string {
  return String(count).padStart(16, '0')
}

/** What is known of a conversation beside its MLS state. */
export interface ConvoRecord {
  convoId: string
  kind: string
  /** Of the group whose state is stored. */
  groupId: string
  generation: number
  /**
   * `waiting`: a member without working MLS state; `gone`: left, or removed by another; `creating`:
   * not known to the service yet.
   */
  status: 'creating' | 'active' | 'waiting' | 'gone'
  /** `seq` of the last applied entry. */
  applied: number
  /** Its hash; absent before the first entry that this device applies. */
  hash?: string
  /** Entries before this position cannot be read by this device. */
  firstSeq: number
  /** Application messages of earlier epochs cannot be decrypted by this device. */
  firstEpoch: number
  /** Up to here everything was read, by some device of the account. */
  readSeq: number
  /** Messages of others after `readSeq`. */
  unread: number
  /** Order of the next message in the outbox. */
  nextOrder: number
  /** The service's view of roles and settings, as of the last look. */
  view?: ConvoFacts
  /** Key of the encrypted metadata, 32 bytes in hex. */
  metadataKey?: string
  /** One that was told before what it opens was seen. */
  nextMetadataKey?: string | undefined
  /** The encrypted metadata as the service last had it. */
  sealedTitle?: Uint8Array
  title?: Title
  /** The newest message. */
  last?: LastMessage
  /** The last member of another account heard of to have another history. */
  fork?: Fork
}

/** What the service says of a conversation, and nobody can check. */
export interface ConvoFacts {
  role: string
  /** `accepted`, `request` or `left`. */
  status: string
  muted: boolean
  creator: string
  /** `admin` or `member`. */
  whoCanAdd: string
  maxMembers?: number
  memberCount: number
  /** `public`: the service checks commits in full; `any`: members may encrypt them. */
  commitFraming: string
  /** Of the first 50 members, by account. */
  roles: Record<string, string>
  createdAt: string
}

/** Name and description of a conversation. */
export interface Title {
  name?: string
  description?: string
  /** Whether the service can read it. */
  public: boolean
}

/** What a list of conversations shows of the newest message. */
export interface LastMessage {
  seq: number
  sender: DeviceName
  /** By this account, on any device. */
  own: boolean
  /** The beginning of its text; empty where the application sent data. */
  text: string
  attachments: number
  /** ISO 8601. */
  createdAt: string
}

/** Another member, or this device, was shown a history that differs. */
export interface Fork {
  seq: number
  /** Hash at `seq` as this device was shown it, and as the sender was. */
  ownHash: string
  theirHash: string
  by: DeviceName
}

/** A commit that may or may not have been accepted: it is sent again until that is known. */
export interface StagedRecord {
  kind: 'create' | 'change' | 'join' | 'reset'
  method: CommitMethod
  /** Absent only where a group begins with its creator alone. */
  change?: Change
  /** Hex SHA-256 of the commit: the id of its entry. */
  id?: string
  /** Packed MLS state after the commit. */
  next?: Uint8Array
  generation: number
  epoch: number
  didList?: string[]
  genesis?: Uint8Array
  convoKind?: 'group' | 'direct'
  metadata?: { name?: string; description?: string }
  encryptedMetadata?: Uint8Array
  /** Whether members are told the metadata's key once the commit has won. */
  adds: boolean
  /** The new group's, where a conversation is reset. */
  groupId?: string
  /** Secret of the invite that it comes in by. */
  invite?: string
}

export type CommitMethod =
  'createConvo' | 'addMembers' | 'removeMembers' | 'submitCommit' | 'joinConvo' | 'resetConvo'

/** A message that is not known to be in the log. */
export interface OutboxRecord {
  msgId: string
  order: number
  payload: Payload
  createdAt: string
  /** Encrypted for this epoch; sent again with the same bytes. */
  sealed?: { epoch: number; generation: number; ciphertext: Uint8Array }
  /** Hex SHA-256 of all ciphertexts that were ever sent for it. */
  digests: string[]
  /** Position in the log, once the service has told it; the entry itself may be still to come. */
  seq?: number
}

/** One entry of the log, as this device read it. The secrets to read it again are gone. */
export type LogRecord = LogContent & {
  seq: number
  /** `msgId`, or the commit's hash. */
  id: string
  hash: string
  epoch: number
  createdAt: string
}

/** What an entry of the log says to this device. */
export type LogContent =
  | {
      kind: 'message'
      /** By this account, on any device. */
      own: boolean
      sender: DeviceName
      payload: MessagePayload
    }
  /** A message between clients, or of a format that this version does not know. */
  | { kind: 'hidden' }
  | {
      kind: 'change'
      by?: DeviceName
      added: DeviceName[]
      removed: DeviceName[]
      /** The first of a new group, which has taken the place of a broken one. */
      reset?: true
    }
  /** Sent before this device was in the group, or kept no longer, or damaged. */
  | { kind: 'unreadable'; reason: 'beforeJoining' | 'expired' | 'failed' }
