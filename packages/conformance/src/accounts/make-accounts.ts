import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secp256k1Keypair } from '@atproto/crypto'
import type { StoredAccount } from './keyed-accounts.js'

/**
 * Makes accounts for a service that takes none by development token: `did:web`s below a domain, with their
 * keys in `accounts.json`, and for each host the document that it has to serve.
 */
export async function makeAccounts({ domain, count, directory }: NewAccounts): Promise<string[]> {
  const stored: StoredAccount[] = []
  for (let index = 1; index <= count; index++) {
    const host = `conformance-${index}.${domain}`
    const did = `did:web:${host}`
    const keypair = await Secp256k1Keypair.create({ exportable: true })
    const privateKey = Buffer.from(await keypair.export()).toString('hex')
    stored.push({ did, alg: 'ES256K', privateKey })
    const wellKnown = join(directory, host, '.well-known')
    mkdirSync(wellKnown, { recursive: true })
    const key = keypair.did().slice('did:key:'.length)
    writeFileSync(join(wellKnown, 'did.json'), JSON.stringify(documentOf(did, key), null, 2))
  }
  const owner = { mode: 0o600 }
  writeFileSync(join(directory, 'accounts.json'), JSON.stringify(stored, null, 2), owner)
  return stored.map(({ did }) => did)
}

function documentOf(did: string, publicKeyMultibase: string): object {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [
      { id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase },
    ],
  }
}

export interface NewAccounts {
  domain: string
  count: number
  /** Where `accounts.json` and a directory for each host go. */
  directory: string
}
