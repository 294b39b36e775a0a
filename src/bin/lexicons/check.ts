import { type Did, parseDid } from '../../lib/ids.js'
import { CommandError } from '../token.js'
import { askAuthority, judgeAuthority, recordNames } from './authorities.js'
import { differenceOf, printDifference } from './difference.js'
import { lexiconsOf, repositoryOf, settings } from './settings.js'

/** Compares what is published with these lexicons; exit code 1 if it differs, or the DNS names another. */
export async function checkLexicons({ dir, dns }: CheckOptions): Promise<void> {
  const config = settings()
  const docs = lexiconsOf(dir)
  const names = recordNames(docs.map(({ id }) => id))
  const account = config.lexicons.account ?? (await authorityOf(names, dns))
  const repository = await repositoryOf(account, config)
  console.log(`${account} at ${repository.pds}`)
  const difference = differenceOf(docs, await repository.list())
  printDifference(difference)
  const differs = difference.changes.length > 0 || difference.leftover.length > 0
  const agrees = !dns || (await dnsAgrees(names, account))
  if (differs || !agrees) process.exitCode = 1
}

/** Who cannot be asked does not disagree. */
async function dnsAgrees(names: string[], account: Did): Promise<boolean> {
  let agrees = true
  for (const name of names) {
    const { is, line } = judgeAuthority(name, account, await askAuthority(name))
    console.log(line)
    agrees &&= is !== false
  }
  return agrees
}

/** Whose the lexicons are by the DNS, as a resolver finds it. */
async function authorityOf(names: string[], dns: boolean): Promise<Did> {
  const [name] = names
  const authority = dns && name !== undefined ? await askAuthority(name) : undefined
  const did = authority?.state === 'set' ? parseDid(authority.did) : undefined
  if (did) return did
  throw new CommandError(
    `Set LEXICON_ACCOUNT: ${dns ? `${name} names no account` : 'the DNS is not asked'}`,
  )
}

export interface CheckOptions {
  dir?: string
  /** False: the DNS is left alone. */
  dns: boolean
}
