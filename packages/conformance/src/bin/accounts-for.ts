import { readFileSync } from 'node:fs'
import type { Accounts } from '../accounts/account.js'
import { developmentAccounts } from '../accounts/development-accounts.js'
import { accountsOfFile } from '../accounts/keyed-accounts.js'
import { type Options, WrongUse } from './options.js'

/** The accounts that the command was given, or throws a `WrongUse` that says what is needed. */
export async function accountsFor(options: Options): Promise<Accounts> {
  const { devSecret, devSecretFile, accounts } = options
  try {
    if (accounts !== undefined) return await accountsOfFile(accounts)
    if (devSecretFile !== undefined) {
      return developmentAccounts(readFileSync(devSecretFile, 'utf8').trim())
    }
  } catch (error) {
    throw new WrongUse(`the accounts cannot be read: ${(error as Error).message}`)
  }
  if (devSecret !== undefined) return developmentAccounts(devSecret)
  throw new WrongUse(
    'accounts are needed: --dev-secret for a development service, --accounts for any other; see --help',
  )
}
