import type { LexiconDoc } from '@atproto/lexicon'
import { checkDescriptions } from './descriptions.js'
import { checkLimits } from './limits.js'
import { checkMethods } from './methods.js'
import { checkNames } from './names.js'
import { checkPermissionSets } from './permission-sets.js'
import { checkRefs } from './refs.js'
import { checkSense } from './sense.js'

/** What is wrong with a set of lexicons that were read without problems; empty: nothing. */
export function checkLexicons(docs: LexiconDoc[]): string[] {
  return CHECKS.flatMap((check) => check(docs))
}

const CHECKS: ((docs: LexiconDoc[]) => string[])[] = [
  checkRefs,
  checkMethods,
  checkNames,
  checkDescriptions,
  checkLimits,
  checkSense,
  checkPermissionSets,
]
