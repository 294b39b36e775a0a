import type { Check } from '../suite/check.js'
import { answers } from './answers.js'
import { log } from './log.js'

/** Every check, in the order of the report. */
export const CHECKS: readonly Check[] = [...log, ...answers]
