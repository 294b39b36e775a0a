import { expect, it } from 'vitest'
import { idsIn } from '../../support/log-search.js'

it.each([
  'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
  'did:web:alice.example.com',
  'deadbeefdeadbeefdeadbeefdeadbeef',
  'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  '01HZX3J9Q2V6K8W4N5M7P0R1ST',
  'eyJhbGciOiJFUzI1NksifQ',
  '192.0.2.7',
  '::1',
])('finds %s in a line', (id) => {
  expect(idsIn(JSON.stringify({ level: 30, msg: `of ${id}, here` }))).toContain(id)
})

it('takes what lines should have for what it is', () => {
  const line = {
    level: 20,
    time: '2026-11-25T14:40:00.302Z',
    request: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    account: 'a1b2c3d4e5f6',
    method: 'blue.catbird.mls.getMessages',
    err: { frames: ['at read (file:///srv/app/src/db/tx.ts:53:18)'] },
  }
  expect(idsIn(JSON.stringify(line))).toEqual([])
})
