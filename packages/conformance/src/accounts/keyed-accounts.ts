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
  return poolOf(await Promise.all(stored.map(restore)))
}

/** What is taken goes to the end of the row: the accounts take turns. */
function poolOf(accounts: Account[]): Accounts {
  const row = [...accounts]
  return {
    throwaway: false,
    take(count, taken) {
      const free = row.filter((account) => !taken.has(account)).slice(0, count)
      if (free.length < count) {
        const needed = taken.size + count
        throw new TooFewAccounts(`needs ${needed} accounts, and there are ${row.length} for it`)
      }
      for (const account of free) row.push(...row.splice(row.indexOf(account), 1))
      return free
    },
    split(parts) {
      const count = Math.max(1, Math.min(parts, Math.floor(accounts.length / ACCOUNTS_FOR_A_CHECK)))
      return Array.from({ length: count }, (_, part) =>
        poolOf(accounts.filter((_account, index) => index % count === part)),
      )
    },
  }
}

/** No check takes more. */
export const ACCOUNTS_FOR_A_CHECK = 6

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
