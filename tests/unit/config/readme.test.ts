import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { variables } from '../../../src/config/variables.js'

const rows = settingsOf(readFileSync(new URL('../../../README.md', import.meta.url), 'utf8'))
const defaults: Record<string, unknown> = z.object(variables).parse({})

test('the README lists every variable, once, in the order of the sources', () => {
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(variables))
})

test.each(rows)('$name has the default that the README says', ({ name, fallback, meaning }) => {
  if (name in defaults) expect(fallback).toBe(`\`${String(defaults[name])}\``)
  else expect(fallback, 'a default that depends on others is told in words').toMatch(/^[^`]+/)
  expect(meaning).not.toBe('')
})

/** The rows of the table whose head is `variable | default | meaning`. */
function settingsOf(readme: string) {
  const lines = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  const head = lines.findIndex(([, ...cells]) => cells.join('|') === 'variable|default|meaning|')
  const table = lines.slice(head + 2)
  const end = table.findIndex((cells) => cells.length === 1)
  return table.slice(0, end).map(([, name = '', fallback = '', meaning = '']) => ({
    name: name.replaceAll('`', ''),
    fallback,
    meaning,
  }))
}
