import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SCOPE } from '../../../packages/demo/src/sign-in/scope.js'

const LEXICONS = join(import.meta.dirname, '../../../lexicons')
/** The one is open to all, the other is opened with a ticket. */
const WITHOUT_TOKEN = ['blue.catbird.mls.describeServer', 'blue.catbird.mls.streamConvoEvents']

test('an account is asked for each method that needs a token, and for nothing else', () => {
  const [identity, rpc, ...more] = SCOPE.split(' ')
  expect([identity, more]).toEqual(['atproto', []])
  const asked = new URLSearchParams(rpc!.replace(/^rpc\?/, ''))
  expect(asked.getAll('aud')).toEqual(['*'])
  expect(asked.getAll('lxm').sort()).toEqual(
    methods().filter((nsid) => !WITHOUT_TOKEN.includes(nsid)),
  )
})

function methods(): string[] {
  return globSync('**/*.json', { cwd: LEXICONS })
    .map((path) => JSON.parse(readFileSync(join(LEXICONS, path), 'utf8')) as Lexicon)
    .filter(({ defs }) => defs.main?.type === 'query' || defs.main?.type === 'procedure')
    .map(({ id }) => id)
    .sort()
}

interface Lexicon {
  id: string
  defs: { main?: { type: string } }
}
