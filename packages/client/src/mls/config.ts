import type { ClientConfig, ClientState, GroupState } from 'ts-mls'
import { defaultClientConfig } from 'ts-mls/clientConfig.js'
import { decodeGroupState, encodeGroupState } from 'ts-mls/clientState.js'
import { MlsClientError } from '../errors.js'
import { deviceNameOf } from './identity.js'

/**
 * How ts-mls is to behave. Ephemeral messages use up generations that a device which was away never
 * sees, so a reader may have to go forward by many more than the 200 that ts-mls allows by itself.
 */
export const CONFIG: ClientConfig = {
  ...defaultClientConfig,
  keyRetentionConfig: {
    retainKeysForGenerations: 64,
    retainKeysForEpochs: 5,
    maximumForwardRatchetSteps: 5_000,
  },
  authService: {
    validateCredential: async (credential) => deviceNameOf(credential) !== undefined,
  },
}

/** The whole state of a group, its secrets included, for the store. */
export function packState(state: GroupState): Uint8Array {
  return encodeGroupState(state)
}

export function unpackState(bytes: Uint8Array): ClientState {
  const read = decodeGroupState(bytes, 0)
  if (read === undefined) throw new MlsClientError('storeKey', 'a stored group does not decode')
  return { ...read[0], clientConfig: CONFIG }
}
