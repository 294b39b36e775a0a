import type { TestKeypair } from './tokens.js'

/** A DID document as the PLC directory renders it, with the key as a Multikey. */
export function accountDocument(
  did: string,
  keypair: TestKeypair,
  { pds = 'https://pds.test' }: { pds?: string } = {},
): DidDocument {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    alsoKnownAs: [`at://${did.split(':').at(-1)}.test`],
    verificationMethod: [
      {
        id: `${did}#atproto`,
        type: 'Multikey',
        controller: did,
        publicKeyMultibase: keypair.did().slice('did:key:'.length),
      },
    ],
    service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: pds }],
  }
}

export interface DidDocument {
  '@context': string[]
  id: string
  alsoKnownAs: string[]
  verificationMethod: {
    id: string
    type: string
    controller: string
    publicKeyMultibase: string
  }[]
  service: { id: string; type: string; serviceEndpoint: string }[]
}
