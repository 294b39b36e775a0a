import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import shared from '../../vitest.config.js'

/** `npm run test:conformance`: these files alone, or those of them that are named. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: { ...shared.test, include: ['tests/conformance/**/*.test.ts'] },
})
