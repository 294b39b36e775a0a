import { createInterface } from 'node:readline/promises'
import type { Config } from '../../config/index.js'
import { CommandError } from '../token.js'
import { askAuthority, judgeAuthority, recordNames } from './authorities.js'
import { differenceOf, printDifference } from './difference.js'
import type { Change } from './difference.js'
import type { SchemaRepository } from './repository.js'
import { lexiconsOf, repositoryOf, settings } from './settings.js'

/** Shows what would change in the account's repository, asks, and writes what is new or changed. */
export async function publishLexicons(options: PublishOptions): Promise<void> {
  const config = settings()
  const docs = lexiconsOf(options.dir)
  const repository = await repositoryOf(accountOf(config), config)
  console.log(`${repository.account} at ${repository.pds}`)
  const difference = differenceOf(docs, await repository.list())
  printDifference(difference)
  const { changes, breaks } = difference
  if (changes.length > 0 && !options.dryRun) {
    if (breaks.length > 0 && !options.breaking) {
      throw new CommandError('Nothing was published: this breaks published lexicons (--breaking)')
    }
    await sign(repository, config)
    if (!options.yes) await agreed(changes.length, repository.account)
    await write(repository, changes)
  }
  if (options.dns)
    await printAuthorities(
      docs.map(({ id }) => id),
      repository.account,
    )
}

/** What others refer to comes first, so that nobody reads a reference to what is not there yet. */
async function write(repository: SchemaRepository, changes: Change[]): Promise<void> {
  const shared = ({ doc }: Change) => (doc.defs.main === undefined ? 0 : 1)
  for (const { doc, replacing } of changes.toSorted((a, b) => shared(a) - shared(b))) {
    await repository.put(doc, replacing)
    console.log(`published ${doc.id}`)
  }
}

async function agreed(count: number, account: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CommandError('Nothing was published: say --yes where nobody can be asked')
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`Publish ${count} lexicons as ${account}? [y/N] `)
  terminal.close()
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new CommandError('Nothing was published')
}

async function printAuthorities(nsids: string[], account: string): Promise<void> {
  for (const name of recordNames(nsids)) {
    console.log(judgeAuthority(name, account, await askAuthority(name)).line)
  }
}

async function sign(repository: SchemaRepository, { secrets }: Config): Promise<void> {
  const { lexiconPassword: password, lexiconSession: session } = secrets
  if (password === undefined && session === undefined) {
    throw new CommandError('Set LEXICON_PASSWORD (an app password) or LEXICON_SESSION to publish')
  }
  await repository.signIn({ password, session })
}

function accountOf({ lexicons }: Config) {
  if (lexicons.account) return lexicons.account
  throw new CommandError('Set LEXICON_ACCOUNT to the DID of the account that publishes')
}

export interface PublishOptions {
  dir?: string
  dryRun?: boolean
  yes?: boolean
  breaking?: boolean
  /** False: the DNS is left alone. */
  dns: boolean
}
