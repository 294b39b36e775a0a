import type { Backend } from '../../src/backend/backend.js'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'

/**
 * An in-process backend that began to remember ten seconds ago. A new one refuses the tokens of
 * the second it was made in, as it has to after a restart.
 */
export function createOlderBackend(): Backend {
  let began = false
  return createMemoryBackend({
    now() {
      if (began) return Date.now()
      began = true
      return Date.now() - 10_000
    },
  })
}
