import { describe, expect, test } from 'vitest'
import { convoProblems, type DeviceLeaf, type Facts } from '../../../../src/convo/read/problems.js'
import { readLexicons } from '../../../../src/bin/lexicons/read.js'
import type { WelcomeState } from '../../../../src/db/schema.js'
import type { Epoch } from '../../../../src/lib/ids.js'

const NOW = new Date('2026-05-01T12:00:00Z')
const LATER = '2026-05-01T12:00:00.001+00:00'
const KEY = Buffer.from('key')

const leaf: DeviceLeaf = { signature_key: KEY, pending_reason: null, broughtBy: null }
const well: Facts = {
  device: { signature_key: KEY },
  leaf,
  lastWelcome: undefined,
  wasReset: false,
  convo: { generation: 1, epoch: 7 as Epoch },
  reported: { generation: 1 },
  now: NOW,
}

function names(facts: Partial<Facts>): string[] {
  return convoProblems({ ...well, ...facts }).map(({ problem }) => problem)
}

describe('what is wrong', () => {
  test('control: nothing', () => expect(names({})).toEqual([]))

  test.each<[string, Partial<Facts>, string[]]>([
    ['no leaf', { leaf: undefined }, ['leafMissing']],
    ['a reset took it', { leaf: undefined, wasReset: true }, ['groupReset', 'leafMissing']],
    [
      'and the welcome',
      { leaf: undefined, lastWelcome: 'superseded' },
      ['welcomeSuperseded', 'leafMissing'],
    ],
    ['an old welcome', { leaf: undefined, lastWelcome: 'joined' }, ['leafMissing']],
    ['a reset before a new leaf', { wasReset: true }, []],
    ['pending removal', { leaf: { ...leaf, pending_reason: 'left' } }, ['leafPendingRemoval']],
    ['another key', { leaf: { ...leaf, signature_key: Buffer.from('y') } }, ['leafKeyMismatch']],
    ['a welcome', { leaf: brought('pending', LATER) }, ['welcomePending']],
    ['at its very end', { leaf: brought('pending', NOW.toISOString()) }, ['welcomeExpired']],
    ['failed', { leaf: brought('failed', LATER) }, ['welcomeFailed']],
    ['joined', { leaf: brought('joined', LATER) }, []],
    ['behind', { reported: { generation: 1, epoch: 6 as Epoch } }, ['epochBehind']],
    ['level', { reported: { generation: 1, epoch: 7 as Epoch } }, []],
    ['ahead', { reported: { generation: 1, epoch: 8 as Epoch } }, ['epochAhead']],
    ['in an old group', { reported: { generation: 0, epoch: 7 as Epoch } }, ['groupReset']],
    ['in no group', { reported: { generation: 2, epoch: 7 as Epoch } }, ['epochAhead']],
  ])('%s', (_, facts, expected) => {
    expect(names(facts)).toEqual(expected)
  })

  test('has no name that the lexicon does not know', () => {
    const { docs } = readLexicons('lexicons')
    const defs = docs.find(({ id }) => id === 'blue.catbird.mls.defs')!.defs
    const { properties } = defs.convoProblem as unknown as {
      properties: Record<'problem' | 'remedy', { knownValues: string[] }>
    }
    const all = [
      { leaf: undefined, wasReset: true, lastWelcome: 'superseded' as const },
      { leaf: { ...leaf, pending_reason: 'left' as const } },
      { leaf: { ...leaf, signature_key: Buffer.from('y') } },
      { leaf: brought('pending', LATER) },
      { leaf: brought('pending', NOW.toISOString()) },
      { leaf: brought('failed', LATER) },
      { reported: { generation: 1, epoch: 6 as Epoch } },
      { reported: { generation: 1, epoch: 8 as Epoch } },
    ].flatMap((facts) => convoProblems({ ...well, ...facts }))
    const sorted = (values: Iterable<string>) => [...new Set(values)].sort()
    expect(sorted(all.map(({ problem }) => problem))).toEqual(
      sorted(properties.problem.knownValues),
    )
    expect(sorted(all.map(({ remedy }) => remedy))).toEqual(sorted(properties.remedy.knownValues))
  })
})

function brought(state: WelcomeState, expiresAt: string): DeviceLeaf {
  return { ...leaf, broughtBy: { state, expiresAt } }
}
