import { inspect } from 'node:util'
import type { Secrets } from './config.js'

const REDACTED = '[secret]'

/**
 * Secrets that read as properties and print as `[secret]`: a configuration that lands in a log
 * line or a debugger must not carry a password with it.
 */
export function concealed(secrets: Secrets): Secrets {
  const hidden = { value: () => REDACTED, enumerable: false }
  return Object.freeze(
    Object.defineProperties({ ...secrets }, { toJSON: hidden, [inspect.custom]: hidden }),
  )
}
