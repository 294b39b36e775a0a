import type { RequestHandler } from 'express'
import type { Config } from '../config/index.js'
import { servicePublicKey } from '../identity/service-key.js'

export const SERVICE_FRAGMENT = '#atproto_mls'
const SERVICE_TYPE = 'AtprotoMlsService'
const MAX_AGE_S = 300

/** `/.well-known/did.json`, where the service's DID is a `did:web`; other DIDs are published elsewhere. */
export function didDocument({ service, secrets }: Config): RequestHandler {
  const document = {
    '@context': ['https://www.w3.org/ns/did/v1'],
    id: service.did,
    ...(secrets.serviceSigningKey && {
      verificationMethod: [verificationMethod(service.did, secrets.serviceSigningKey)],
    }),
    service: [{ id: SERVICE_FRAGMENT, type: SERVICE_TYPE, serviceEndpoint: service.publicUrl }],
  }
  return (_req, res, next) => {
    if (!service.did.startsWith('did:web:')) return next()
    res.setHeader('Cache-Control', `public, max-age=${MAX_AGE_S}`)
    res.json(document)
  }
}

/** By this key others know the tokens of the service itself. */
function verificationMethod(did: string, privateKey: string) {
  return {
    id: `${did}#atproto`,
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: servicePublicKey(privateKey),
  }
}
