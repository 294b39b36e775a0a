import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isEnough } from '../../../src/bin/require-node.js'

test.each([
  ['20.19.5', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['23.0.0', true],
  ['24.21.0', true],
])('Node %s is enough: %s', (version, enough) => {
  expect(isEnough(version)).toBe(enough)
})

test('the oldest is the one that package.json says', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    engines: { node: string }
  }
  expect(engines.node).toBe('>=22.12')
})
