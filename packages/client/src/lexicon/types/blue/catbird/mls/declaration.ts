/**
 * GENERATED CODE - DO NOT MODIFY
 */
import { type ValidationResult, BlobRef } from '@atproto/lexicon'
import { CID } from 'multiformats/cid'
import { validate as _validate } from '../../../../lexicons.js'
import {
  type $Typed,
  is$typed as _is$typed,
  type OmitKey,
} from '../../../../util.js'

const is$typed = _is$typed,
  validate = _validate
const id = 'blue.catbird.mls.declaration'

export interface Main {
  $type: 'blue.catbird.mls.declaration'
  /** Who may add the account. `all`: anybody, and what they add it to counts as accepted. `following`: accounts that it follows, likewise. `none`: nobody; it comes in by invites. Without a declaration anybody may, and conversations arrive as requests. */
  allowIncoming: 'all' | 'following' | 'none' | (string & {})
  /** DID of the delivery service that holds the account's key packages. */
  service?: string
  [k: string]: unknown
}

const hashMain = 'main'

export function isMain<V>(v: V) {
  return is$typed(v, id, hashMain)
}

export function validateMain<V>(v: V) {
  return validate<Main & V>(v, id, hashMain, true)
}

export {
  type Main as Record,
  isMain as isRecord,
  validateMain as validateRecord,
}
