import { expect, test } from 'vitest'
import { grouped } from '../../../packages/demo/src/text/hex.js'
import { logCounts } from '../../../packages/demo/src/text/log-counts.js'
import { initials, listOf, shortDid } from '../../../packages/demo/src/text/names.js'
import { portrait } from '../../../packages/demo/src/text/portrait.js'
import { isFewEmoji, textParts } from '../../../packages/demo/src/text/rich-text.js'
import { count, fileSize } from '../../../packages/demo/src/text/sizes.js'
import { isPicture, lastLine, payloadLine } from '../../../packages/demo/src/text/snippet.js'
import { ALICE, BOB, LogOf, called } from './log-records.js'

test('sizes have three digits at most, and a unit', () => {
  expect([0, 812, 1_000, 48_213, 150_400, 2_500_000].map(fileSize)).toEqual([
    '0 bytes',
    '812 bytes',
    '1.0 KB',
    '48.2 KB',
    '150 KB',
    '2.5 MB',
  ])
})

test('one is not many', () => {
  expect([count(0, 'device'), count(1, 'device'), count(2, 'device')]).toEqual([
    '0 devices',
    '1 device',
    '2 devices',
  ])
})

test('names are listed up to a number', () => {
  expect(listOf([])).toBe('')
  expect(listOf(['Ann'])).toBe('Ann')
  expect(listOf(['Ann', 'Bea', 'Cleo'])).toBe('Ann, Bea and Cleo')
  expect(listOf(['Ann', 'Bea', 'Cleo', 'Dora'])).toBe('Ann, Bea and 2 others')
})

test('a DID shows both of its ends; a domain all of itself', () => {
  expect(shortDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz')).toBe('did:plc:ewvi7…4oiz')
  expect(shortDid('did:web:bob.example.com')).toBe('bob.example.com')
  expect(shortDid('nonsense')).toBe('nonsense')
})

test('initials come from words, whole characters each', () => {
  expect(['Alice', 'alice cooper', '@bob.example', '🦉 owl', 'did:web:bob.test', ''].map(initials)) //
    .toEqual(['A', 'AC', 'BE', '🦉O', 'BT', '?'])
})

test('a portrait belongs to its DID', () => {
  expect(portrait(ALICE)).toEqual(portrait(ALICE))
  expect(portrait(ALICE)).not.toEqual(portrait(BOB))
})

test('only web addresses become links, without what ends the sentence', () => {
  expect(textParts('see https://a.example/b?c=d, or http://e.example.')).toEqual([
    { text: 'see ' },
    { text: 'https://a.example/b?c=d', href: 'https://a.example/b?c=d' },
    { text: ', or ' },
    { text: 'http://e.example', href: 'http://e.example' },
    { text: '.' },
  ])
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'https://', '<b>no</b>']) {
    expect(textParts(text)).toEqual([{ text }])
  }
})

test('a text and its parts are the same text', () => {
  const text = 'https://a.example https://b.example) and (https://c.example/d)!'
  expect(
    textParts(text)
      .map(({ text: part }) => part)
      .join(''),
  ).toBe(text)
})

test('one to three emoji alone are shown large', () => {
  expect(['🐦', '🐦🐦🐦', '❤️', '👩‍🚀', '👍🏽 🎉'].map(isFewEmoji)).toEqual(Array(5).fill(true))
  expect(['🐦🐦🐦🐦', 'a', '12', '🐦 bird', ''].map(isFewEmoji)).toEqual(Array(5).fill(false))
})

test('a payload is told in one line', () => {
  const line = (log: LogOf) => {
    const [entry] = log.entries
    return entry?.kind === 'message' ? payloadLine(entry.payload) : undefined
  }
  expect(line(new LogOf().says(BOB, ' two\n lines '))).toBe('two lines')
  expect(line(new LogOf().says(BOB, '', { mimeType: 'image/png' }))).toBe('a picture')
  expect(line(new LogOf().says(BOB, '', { mimeType: 'image/svg+xml', name: 'x.svg' }))).toBe(
    'x.svg',
  )
  expect(payloadLine({ type: 'data', name: 'com.example.poll', data: {} })).toBe(
    'com.example.poll (for another application)',
  )
})

test('what may carry a script is no picture', () => {
  expect(['image/png', 'image/webp'].map(isPicture)).toEqual([true, true])
  expect(['image/svg+xml', 'text/html', 'image/png;x=y'].map(isPicture)) //
    .toEqual([false, false, false])
})

test('the last line is the last thing to be seen', () => {
  const log = new LogOf().changes(ALICE, [BOB]).says(BOB, 'hello').hidden()
  expect(lastLine(log.entries, called)?.text).toBe('Bob: hello')
  expect(lastLine(log.says(ALICE, 'hi').entries, called)?.text).toBe('You: hi')
  expect(lastLine(new LogOf().hidden().entries, called)).toBeUndefined()
})

test('a log is counted as the service can count it', () => {
  const log = new LogOf()
    .changes(ALICE, [BOB])
    .hidden()
    .says(BOB, 'a', { mimeType: 'image/png' })
    .unreadable('expired')
  expect(logCounts(log.entries)).toEqual({ messages: 2, changes: 1, files: 1, hidden: 1 })
})

test('hex is cut into fours', () => {
  expect(grouped('0123456789')).toBe('0123 4567 89')
  expect(grouped('')).toBe('')
})
