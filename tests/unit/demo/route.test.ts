import { expect, test } from 'vitest'
import { parseRoute, readInvite, writeRoute } from '../../../packages/demo/src/model/route.js'

const ID = 'ab'.repeat(16)

test('where one is can be written into the address and read from it', () => {
  for (const route of [{}, { convoId: ID }, { convoId: ID, panel: 'safety' as const }]) {
    expect(parseRoute(writeRoute(route))).toEqual(route)
  }
})

test('an address that means nothing is the list', () => {
  for (const hash of [
    '',
    '#',
    '#/c/',
    '#/c/xyz',
    `#/c/${ID}x`,
    '#/join/short',
    '#state=a&code=b',
  ]) {
    expect(parseRoute(hash)).toEqual({})
  }
  expect(parseRoute(`#/c/${ID}/nothing`)).toEqual({ convoId: ID })
})

test('an invite is taken as a link or by itself', () => {
  const secret = 'A-b_'.repeat(10)
  expect(parseRoute(`#/join/${secret}`)).toEqual({ invite: secret })
  expect(readInvite(` https://chat.example/#/join/${secret} `)).toBe(secret)
  expect(readInvite(secret)).toBe(secret)
})
