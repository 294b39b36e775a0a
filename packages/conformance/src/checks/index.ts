import type { Check } from '../suite/check.js'
import { account } from './account.js'
import { answers } from './answers.js'
import { auth } from './auth.js'
import { blobs } from './blobs.js'
import { commits } from './commits.js'
import { conversations } from './conversations.js'
import { devices } from './devices.js'
import { errors } from './errors.js'
import { keyPackages } from './key-packages.js'
import { log } from './log.js'
import { messages } from './messages.js'
import { reading } from './reading.js'
import { safety } from './safety.js'
import { service } from './service.js'
import { stream } from './stream.js'
import { verification } from './verification.js'
import { welcomes } from './welcomes.js'

/** Every check, in the order of the report. */
export const CHECKS: readonly Check[] = [
  ...service,
  ...auth,
  ...devices,
  ...keyPackages,
  ...conversations,
  ...commits,
  ...verification,
  ...log,
  ...messages,
  ...reading,
  ...welcomes,
  ...stream,
  ...safety,
  ...blobs,
  ...account,
  ...errors,
  ...answers,
]
