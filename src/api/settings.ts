import type { Metadata, Policy } from '../db/schema.js'
import type * as defs from '../lexicon/types/blue/catbird/mls/defs.js'
import { oneOf } from './decode.js'

/** Only what the contract names is kept. */
export function metadataOf({ name, description }: defs.Metadata): Metadata {
  return { ...(name !== undefined && { name }), ...(description !== undefined && { description }) }
}

export function policyOf({ whoCanAdd, maxMembers }: defs.Policy): Policy {
  return {
    whoCanAdd: oneOf('policy.whoCanAdd', whoCanAdd, ['admin', 'member']),
    ...(maxMembers !== undefined && { maxMembers }),
  }
}
