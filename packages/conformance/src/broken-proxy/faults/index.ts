import type { Fault } from '../fault.js'
import { logFaults } from './log-faults.js'

/** Every fault, with the checks that must notice it. */
export const FAULTS: readonly Fault[] = [...logFaults]
