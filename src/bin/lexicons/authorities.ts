import { Resolver } from 'node:dns/promises'

const DNS_TIMEOUT_MS = 3000
const DNS_TRIES = 2

/** The DNS names that say whose lexicons of these NSIDs are: `_lexicon.` and the NSID's authority. */
export function recordNames(nsids: string[]): string[] {
  const names = nsids.map((nsid) => `_lexicon.${nsid.split('.').slice(0, -1).reverse().join('.')}`)
  return [...new Set(names)].sort()
}

/** The DID that the name's TXT records say; like any resolver of lexicons, with exactly one. */
export async function askAuthority(name: string, lookUp = lookUpTxt): Promise<Authority> {
  try {
    const texts = (await lookUp(name)).map((chunks) => chunks.join(''))
    const dids = texts.filter((text) => text.startsWith('did=')).map((text) => text.slice(4))
    if (dids.length > 1) return { state: 'several' }
    return dids[0] === undefined ? { state: 'unset' } : { state: 'set', did: dids[0] }
  } catch (error) {
    const code = String((error as { code?: unknown }).code)
    return ABSENT.has(code) ? { state: 'unset' } : { state: 'unknown', code }
  }
}

/** One line for the operator; `is` whether the DNS says what it should. */
export function judgeAuthority(name: string, account: string, authority: Authority): Judgement {
  const wanted = `${name} TXT "did=${account}"`
  switch (authority.state) {
    case 'set':
      return authority.did === account
        ? { is: true, line: `${wanted} is set` }
        : { is: false, line: `${wanted} is to be set: it says did=${authority.did} now` }
    case 'several':
      return { is: false, line: `${wanted} is to be the only one: there are several now` }
    case 'unset':
      return { is: false, line: `${wanted} is to be set` }
    case 'unknown':
      return {
        is: undefined,
        line: `${wanted} is to be set: it cannot be looked up from here (${authority.code})`,
      }
    default:
      authority satisfies never
      throw new Error('no such state')
  }
}

function lookUpTxt(name: string): Promise<string[][]> {
  return new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES }).resolveTxt(name)
}

const ABSENT = new Set(['ENOTFOUND', 'ENODATA'])

export type Authority =
  | { state: 'set'; did: string }
  | { state: 'several' | 'unset' }
  | { state: 'unknown'; code: string }

export interface Judgement {
  /** Undefined: nobody knows. */
  is: boolean | undefined
  line: string
}
