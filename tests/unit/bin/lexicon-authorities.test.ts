import { expect, test } from 'vitest'
import { askAuthority, judgeAuthority, recordNames } from '../../../src/bin/lexicons/authorities.js'

const NAME = '_lexicon.mls.catbird.blue'
const ACCOUNT = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'

test('one name for each authority, without parents: those do not inherit', () => {
  const nsids = ['blue.catbird.mls.getConvo', 'blue.catbird.mls.defs', 'blue.catbird.actor.view']
  expect(recordNames(nsids)).toEqual(['_lexicon.actor.catbird.blue', NAME])
})

test.each<[string, () => Promise<string[][]>, boolean | undefined, RegExp]>([
  ['it names the account', texts(`did=${ACCOUNT}`), true, /is set$/],
  ['in pieces', async () => [['did=', ACCOUNT]], true, /is set$/],
  ['beside what others keep there', texts('v=spf1 -all', `did=${ACCOUNT}`), true, /is set$/],
  ['it names another', texts('did=did:web:example.com'), false, /did=did:web:example.com now$/],
  ['two DIDs', texts(`did=${ACCOUNT}`, 'did=did:web:example.com'), false, /several now$/],
  ['no DID', texts('v=spf1 -all'), false, /is to be set$/],
  ['no such name', fails('ENOTFOUND'), false, /is to be set$/],
  ['no texts', fails('ENODATA'), false, /is to be set$/],
  ['no answer', fails('ETIMEOUT'), undefined, /cannot be looked up from here \(ETIMEOUT\)$/],
])('%s', async (_, lookUp, is, line) => {
  const judgement = judgeAuthority(NAME, ACCOUNT, await askAuthority(NAME, lookUp))
  expect(judgement.is).toBe(is)
  expect(judgement.line).toMatch(line)
  expect(judgement.line).toContain(`${NAME} TXT "did=${ACCOUNT}"`)
})

function texts(...lines: string[]): () => Promise<string[][]> {
  return async () => lines.map((line) => [line])
}

function fails(code: string): () => Promise<string[][]> {
  return () => Promise.reject(Object.assign(new Error(code), { code }))
}
