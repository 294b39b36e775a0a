import type { Fault } from '../fault.js'
import { answerFaults } from './answer-faults.js'
import { authFaults } from './auth-faults.js'
import { convoFaults } from './convo-faults.js'
import { deliveryFaults } from './delivery-faults.js'
import { keyFaults } from './key-faults.js'
import { logFaults } from './log-faults.js'

/** Every fault, with the checks that must notice it. */
export const FAULTS: readonly Fault[] = [
  ...logFaults,
  ...deliveryFaults,
  ...convoFaults,
  ...keyFaults,
  ...authFaults,
  ...answerFaults,
]
