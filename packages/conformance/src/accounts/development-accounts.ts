import { createHmac, randomBytes } from 'node:crypto'
import type { Account, Accounts } from './account.js'

/**
 * Accounts of a service that takes development tokens: anybody who has its secret may say that it is
 * any account, so each is new. Their DIDs are in the domain that RFC 2606 keeps from ever being there.
 */
export function developmentAccounts(secret: string): Accounts {
  const accounts: Accounts = {
    throwaway: true,
    take: (count) =>
      Array.from({ length: count }, () => {
        const name = randomBytes(8).toString('hex')
        return developmentAccount(`did:web:${name}.conformance.invalid`, secret)
      }),
    split: (parts) => Array.from({ length: parts }, () => accounts),
  }
  return accounts
}

export function developmentAccount(did: string, secret: string): Account {
  return {
    did,
    alg: 'HS256',
    sign: async (signed) => createHmac('sha256', secret).update(signed).digest(),
    forger: async () => developmentAccount(did, randomBytes(32).toString('hex')),
  }
}
