import { readFileSync } from 'node:fs'

/** The package's version; the path holds for `src/config` and for `dist/config`. */
export const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version
