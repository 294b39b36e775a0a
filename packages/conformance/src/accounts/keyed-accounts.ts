import { readFileSync } from 'node:fs'
import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto'
import { type Account, type Accounts, TooFewAccounts } from './account.js'

/**
 * Accounts whose signing keys are in a file: a JSON array of `{did, alg, privateKey}`, the key in hex. They
 * are handed out in turn, so a small file does for a whole run.
 */
export async function accountsOfFile(path: string): Promise<Accounts> {
  return keyedAccounts(JSON.parse(readFileSync(path, 'utf8')) as StoredAccount[])
}

export async function keyedAccounts(stored: StoredAccount[]): Promise<Accounts> {
  const accounts = await Promise.all(stored.map(restore))
  let next = 0
  return {
    throwaway: false,
    take(count) {
      if (count > accounts.length) {
        throw new TooFewAccounts(`needs ${count} accounts, and ${accounts.length} were given`)
      }
      return Array.from({ length: count }, () => accounts[next++ % accounts.length]!)
    },
  }
}

/** One account as a file has it. */
export interface StoredAccount {
  did: string
  alg: 'ES256' | 'ES256K'
  /** 64 hex digits. */
  privateKey: string
}

async function restore({ did, alg, privateKey }: StoredAccount): Promise<Account> {
  if (alg !== 'ES256' && alg !== 'ES256K') throw new Error(`${did}: alg must be ES256 or ES256K`)
  const kind = alg === 'ES256' ? P256Keypair : Secp256k1Keypair
  return accountOf(did, alg, await kind.import(privateKey))
}

function accountOf(did: string, alg: 'ES256' | 'ES256K', keypair: Signing): Account {
  return {
    did,
    alg,
    sign: (signed) => keypair.sign(Buffer.from(signed)),
    async forger() {
      const kind = alg === 'ES256' ? P256Keypair : Secp256k1Keypair
      return accountOf(did, alg, await kind.create())
    },
  }
}

interface Signing {
  sign(bytes: Uint8Array): Promise<Uint8Array>
}
