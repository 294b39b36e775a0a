import { parseArgs } from 'node:util'

export const HELP = `Checks a delivery service against the contract of blue.catbird.mls, from outside.

  mls-conformance <url> [options]

Accounts to speak for, one of:
  --dev-secret <secret>      development tokens (HS256) by the service's JWT_SECRET;
                             also MLS_CONFORMANCE_DEV_SECRET
  --dev-secret-file <file>   the same, from a file (a service of this project on a loopback
                             address keeps it in DATA_DIR/development-jwt-secret)
  --accounts <file>          accounts with their signing keys: JSON, [{did, alg, privateKey}]
  --make-accounts <domain>   makes 18 such accounts, did:web:conformance-1.<domain> and on, in
                             ./conformance-accounts: accounts.json, and what each host has to serve

What to check, and how:
  --only <id|group>          only these; may be repeated, or separated by commas
  --except <id|group>        all but these
  --jobs <n>                 checks at a time (3), as far as there are accounts for them
  --json [<file>]            the report as JSON, to a file or to standard output
  --list                     only says what would be checked

Exit code: 0 all that was checked is in order, 1 something is not, 2 it could not be checked.`

const JOBS = 3
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/

/** What the command was asked for, or throws a `WrongUse`. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parsed(withJsonTarget(args))
  const jobs = Number(values.jobs ?? JOBS)
  if (!Number.isInteger(jobs) || jobs < 1) throw new WrongUse('--jobs is a whole number from 1 on')
  const options: Options = {
    url: positionals[0],
    devSecret: values['dev-secret'] ?? (env.MLS_CONFORMANCE_DEV_SECRET || undefined),
    devSecretFile: values['dev-secret-file'],
    accounts: values.accounts,
    makeAccounts: values['make-accounts'],
    only: names(values.only),
    except: names(values.except),
    jobs,
    json: values.json,
    list: values.list === true,
    help: values.help === true,
  }
  if (positionals.length > 1) throw new WrongUse('one address at a time')
  const needsUrl = !options.help && !options.list && options.makeAccounts === undefined
  if (options.makeAccounts !== undefined && !DOMAIN.test(options.makeAccounts)) {
    throw new WrongUse('--make-accounts takes a domain, such as accounts.example.com')
  }
  if (needsUrl && !/^https?:\/\//.test(options.url ?? '')) {
    throw new WrongUse('the address of a service is needed: mls-conformance https://…; see --help')
  }
  return options
}

/** The command cannot be understood; the message is for who typed it. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse'
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        'dev-secret': { type: 'string' },
        'dev-secret-file': { type: 'string' },
        accounts: { type: 'string' },
        'make-accounts': { type: 'string' },
        only: { type: 'string', multiple: true },
        except: { type: 'string', multiple: true },
        jobs: { type: 'string' },
        json: { type: 'string' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new WrongUse(`${(error as Error).message}; see --help`)
  }
}

/** `--json` without a file means standard output. */
function withJsonTarget(args: string[]): string[] {
  return args.flatMap((arg, index) => {
    const next = args[index + 1]
    const bare = arg === '--json' && (next === undefined || /^--|^https?:/.test(next))
    return bare ? ['--json=-'] : [arg]
  })
}

function names(given: string[] = []): string[] {
  return given.flatMap((one) => one.split(',')).filter((name) => name !== '')
}

export interface Options {
  url: string | undefined
  devSecret: string | undefined
  devSecretFile: string | undefined
  accounts: string | undefined
  /** The domain below which accounts are to be made. */
  makeAccounts: string | undefined
  only: string[]
  except: string[]
  jobs: number
  /** A file, or `-` for standard output. */
  json: string | undefined
  list: boolean
  help: boolean
}
