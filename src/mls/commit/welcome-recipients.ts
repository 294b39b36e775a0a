import { accept } from '../../lib/verdict.js'
import type { Suite } from '../suite.js'
import { fault, refuseMls, type MlsVerdict } from '../verdict.js'
import { readWelcome } from '../welcome.js'

/**
 * The references of the welcome that comes with a commit of `adds` Adds: as many as those, each
 * once, and of the group's suite; none where nobody is added.
 */
export function welcomeRecipients(
  welcome: Uint8Array | undefined,
  adds: number,
  suite: Suite,
): MlsVerdict<string[]> {
  if (welcome === undefined) {
    return adds === 0 ? accept([]) : refuseMls('InvalidWelcome', rules.welcomeIsPresent)
  }
  if (adds === 0) return refuseMls('InvalidWelcome', rules.welcomeIsForSomeone)
  const read = readWelcome(welcome)
  if (!read.ok) return read
  const { cipherSuite, refs } = read.value
  if (cipherSuite !== suite.name) return refuseMls('InvalidWelcome', rules.suiteMatches)
  if (refs.length !== adds) return refuseMls('InvalidWelcome', rules.recipientsAreTheAdded)
  return accept(refs)
}

/** Whether a welcome is for exactly the key packages that the commit adds. */
export function recipientsVerdict(
  refs: readonly string[],
  added: readonly string[],
): MlsVerdict<undefined> {
  const same = new Set(refs).symmetricDifference(new Set(added)).size === 0
  return same ? accept(undefined) : refuseMls('InvalidWelcome', rules.recipientsAreTheAdded)
}

const rules = {
  welcomeIsPresent: fault(
    'welcomeIsPresent',
    'RFC 9420 §12.4.3.1',
    'The commit adds someone, and there is no welcome.',
  ),
  welcomeIsForSomeone: fault(
    'welcomeIsForSomeone',
    'RFC 9420 §12.4.3.1',
    'There is a welcome, and the commit adds nobody.',
  ),
  suiteMatches: fault(
    'welcomeSuiteMatches',
    'RFC 9420 §12.4.3.1',
    'The welcome is of another cipher suite than the group.',
  ),
  recipientsAreTheAdded: fault(
    'recipientsAreTheAdded',
    'RFC 9420 §12.4.3.1',
    'The welcome is not for exactly the key packages that the commit adds.',
  ),
}
