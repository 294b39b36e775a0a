import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Did } from '../../../src/lib/ids.js'
import { readApplicationMessage } from '../../../src/mls/application-message.js'
import { readCommitHeader } from '../../../src/mls/commit-header.js'
import { decodeExact } from '../../../src/mls/decode.js'
import { verifyKeyPackage } from '../../../src/mls/key-package.js'
import { openGenesis } from '../../../src/mls/open-genesis.js'
import { openUntrusted } from '../../../src/mls/open-untrusted.js'
import { SUITE_NAMES } from '../../../src/mls/suite.js'
import { verifyCommit } from '../../../src/mls/verify-commit.js'
import { readWelcome } from '../../../src/mls/welcome.js'
import { concat, lengthHeader, opaque, u16, u32, u64 } from '../../../src/mls/wire/writer.js'
import type { TestDevice } from '../../support/mls/index.js'
import { Random } from '../../support/random.js'
import { expectation, Story } from './story.js'
import { fromHex, readVectors } from './vectors.js'

/** Longer by `MLS_FUZZ_MS`. */
const FUZZ_MS = Number(process.env['MLS_FUZZ_MS'] ?? 4_000)
const MAX = 4 * 1024 * 1024

let story: Story
let alice: TestDevice
let corpus: Uint8Array[]
beforeAll(async () => {
  story = await Story.begin()
  alice = story.devices[0]!
  const genesis = await story.groupInfo()
  const others = await Promise.all([1, 2, 3].map(() => story.device()))
  await story.add(alice, others)
  await story.update(others[1]!)
  const group = story.group(alice)
  const keyPackage = await (await story.device()).keyPackage()
  const change = await group.commit({ add: [keyPackage.bytes], remove: [2] })
  const hidden = await group.commit({ framing: 'private' })
  group.drop()
  const vector = readVectors<Record<string, string>>('messages')[0]!
  corpus = [
    genesis,
    keyPackage.bytes,
    change.commit,
    change.groupInfo,
    change.welcome!,
    hidden.commit,
    hidden.groupInfo,
    await group.encrypt('hello'),
    fromHex(vector['public_message_proposal']!),
    fromHex(vector['public_message_commit']!),
    fromHex(vector['mls_welcome']!),
  ]
})

/** Every reader, with what it is given in the service; each answers a verdict and throws nothing. */
const readers: Record<string, (bytes: Uint8Array) => { ok: boolean }> = {
  readApplicationMessage,
  readCommitHeader,
  readWelcome,
  verifyKeyPackage: (bytes) =>
    verifyKeyPackage(bytes, { now: new Date(), did: alice.did as Did, suites: SUITE_NAMES }),
  openGenesis: (bytes) =>
    openGenesis(bytes, { now: new Date(), creator: alice.did as Did, suites: SUITE_NAMES }),
  openUntrusted,
  'verifyCommit, commit': (commit) =>
    verifyCommit(
      story.view,
      { commit, groupInfo: corpus[3]!, welcome: corpus[4] },
      expectation(alice.did),
    ),
  'verifyCommit, groupInfo': (groupInfo) =>
    verifyCommit(
      story.view,
      { commit: corpus[5]!, groupInfo },
      expectation(alice.did, { framing: 'any' }),
    ),
  'verifyCommit, welcome': (welcome) =>
    verifyCommit(
      story.view,
      { commit: corpus[2]!, groupInfo: corpus[3]!, welcome },
      expectation(alice.did),
    ),
}

test('random changes of real messages', { timeout: FUZZ_MS + 60_000 }, () => {
  const seed = Random.seed()
  console.info(`fuzz: MLS_SEED=${seed}, ${FUZZ_MS} ms`)
  const random = new Random(seed)
  const seen = { inputs: 0, taken: 0, thrownByTsMls: 0, nonCanonicalByTsMls: 0, slowestMs: 0 }
  const until = performance.now() + FUZZ_MS
  while (performance.now() < until) {
    const bytes = mutate(random.pick(corpus), random)
    seen.inputs++
    const [name, read] = random.pick(Object.entries(readers))
    const begun = performance.now()
    const verdict = attempt(name, seed, () => read(bytes))
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - begun)
    seen.taken += Number(verdict.ok)
    if (seen.inputs % 8 > 0) continue
    const theirs = byTsMls(bytes)
    if (theirs === 'thrown') seen.thrownByTsMls++
    if (theirs === 'non-canonical') {
      seen.nonCanonicalByTsMls++
      expect(isTakenAtAll(bytes), `MLS_SEED=${seed}`).toBe(false)
    }
  }
  console.info(seen)
  expect(seen.inputs).toBeGreaterThan(100)
  // The control: the decoder that this one replaces does fall over the same inputs.
  expect(seen.thrownByTsMls).toBeGreaterThan(0)
})

describe('what would be slow or deep elsewhere is refused', () => {
  const times: Record<string, number> = {}
  const NOTHING = new Uint8Array()

  test.each<[what: string, rule: string, bytes: () => Uint8Array]>([
    ['524,288 empty references', 'countWithinLimit', () => commitOf(repeat([2, 0], 524_288))],
    ['32,768 empty references', 'countWithinLimit', () => commitOf(repeat([2, 0], 32_768))],
    ['2,001 Removes', 'countWithinLimit', () => commitOf(repeat([1, 0, 3, 0, 0, 0, 1], 2_001))],
    [
      '2,000 Removes of one leaf',
      'framingSignature',
      () => commitOf(repeat([1, 0, 3, 0, 0, 0, 1], 2_000)),
    ],
    ['65 extensions', 'countWithinLimit', () => commitOf(contextExtensions(65))],
    ['64 extensions', 'framingSignature', () => commitOf(contextExtensions(64))],
    ['a length beyond the end', 'sizeWithinLimit', () => concat([header(), u32(0xbfffffff)])],
    [
      '4 MiB of authenticated data',
      'complete',
      () => concat([header(), opaque(new Uint8Array(MAX - 100))]),
    ],
    ['4 MiB of zeros', 'versionIsMls10', () => new Uint8Array(MAX)],
    ['4 MiB of 0xff', 'versionIsMls10', () => new Uint8Array(MAX).fill(255)],
  ])('%s: %s', (what, rule, bytes) => {
    const commit = bytes()
    const begun = performance.now()
    const verdict = verifyCommit(story.view, { commit, groupInfo: NOTHING }, expectation(alice.did))
    times[what] = Math.round(performance.now() - begun)
    expect(verdict).toMatchObject({ ok: false, refusal: { rule } })
    console.info(`${what}: ${times[what]} ms`)
  })

  test('more leaves, capabilities, identities and ciphertexts than there may be', () => {
    const tree = (nodes: Uint8Array) => groupInfoWith(opaque(nodes))
    expect(ruleOf(openUntrusted(tree(repeat([0], 4_000))))).toBe('countWithinLimit')
    expect(ruleOf(openUntrusted(tree(repeat([0], 3_999))))).toBe('lastNodeIsNotBlank')
    const keyPackage = (identity: number, capabilities: number) =>
      decodeExact(keyPackageOf(identity, capabilities), 'mls_key_package', 65_536)
    expect(keyPackage(4_096, 64).ok).toBe(true)
    expect(ruleOf(keyPackage(4_097, 64))).toBe('sizeWithinLimit')
    expect(ruleOf(keyPackage(4_096, 65))).toBe('countWithinLimit')
    const welcome = (count: number) => readWelcome(welcomeOf(count))
    expect(welcome(2_000).ok).toBe(true)
    expect(ruleOf(welcome(2_001))).toBe('countWithinLimit')
  })
})

function attempt<T>(name: string, seed: number, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw new Error(`${name} threw with MLS_SEED=${seed}`, { cause: thrown })
  }
}

function mutate(original: Uint8Array, random: Random): Uint8Array {
  let bytes = Uint8Array.from(original)
  for (let i = random.int(4); i >= 0; i--) {
    const at = random.int(bytes.length)
    switch (random.int(7)) {
      case 0:
        bytes[at]! ^= 1 << random.int(8)
        break
      case 1:
        bytes[at] = random.pick([0, 1, 2, 3, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xff])
        break
      case 2:
        bytes = bytes.slice(0, at + 1)
        break
      case 3:
        bytes = splice(bytes, at, 0, Uint8Array.of(random.int(256)))
        break
      case 4:
        bytes = splice(bytes, at, 1 + random.int(8), new Uint8Array())
        break
      case 5:
        bytes = splice(bytes, at, 0, bytes.slice(at, at + random.int(64)))
        break
      default:
        bytes = splice(bytes, at, 0, random.pick(corpus).slice(0, random.int(200)))
    }
    if (bytes.length === 0) return Uint8Array.of(0)
  }
  return bytes
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array) {
  return Uint8Array.from(
    Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]),
  )
}

function byTsMls(bytes: Uint8Array): 'thrown' | 'refused' | 'canonical' | 'non-canonical' {
  try {
    const decoded = decodeMlsMessage(bytes, 0)
    if (decoded === undefined) return 'refused'
    const same = Buffer.compare(encodeMlsMessage(decoded[0]), bytes) === 0
    return same ? 'canonical' : 'non-canonical'
  } catch {
    return 'thrown'
  }
}

/** ts-mls also stops early at what it cannot read; such bytes are not a message to it. */
function isTakenAtAll(bytes: Uint8Array): boolean {
  const decoded = decodeMlsMessage(bytes, 0)
  if (decoded === undefined || decoded[1] !== bytes.length) return false
  return decodeExact(bytes, decoded[0].wireformat, MAX).ok
}

function header(): Uint8Array {
  const { groupId, epoch } = story.view
  return concat([u16(1), u16(1), opaque(groupId), u64(epoch), Uint8Array.of(1), u32(0)])
}

/** By leaf 0, without a path, and with tags and a signature of zeros. */
function commitOf(proposals: Uint8Array): Uint8Array {
  const noPath = Uint8Array.of(0)
  const signature = opaque(new Uint8Array(64))
  const tag = opaque(new Uint8Array(32))
  const commit = [lengthHeader(proposals.length), proposals, noPath]
  return concat([header(), Uint8Array.of(0, 3), ...commit, signature, tag, tag])
}

function contextExtensions(count: number): Uint8Array {
  const list = concat(
    Array.from({ length: count }, (_, i) => concat([u16(0xf000 + i), opaque(new Uint8Array())])),
  )
  return concat([Uint8Array.of(1), u16(7), opaque(list)])
}

function groupInfoWith(ratchetTree: Uint8Array): Uint8Array {
  const { context, confirmationTag } = story.view
  const extensions = concat([
    u16(4),
    opaque(new Uint8Array(32).fill(9)),
    u16(2),
    opaque(ratchetTree),
  ])
  const tail = [opaque(confirmationTag), u32(0), opaque(new Uint8Array(64))]
  return concat([u16(1), u16(4), context.bytes, opaque(extensions), ...tail])
}

function keyPackageOf(identityBytes: number, capabilities: number): Uint8Array {
  const key = opaque(new Uint8Array(32))
  const none = Uint8Array.of(0)
  const leaf = concat([
    key,
    key,
    u16(1),
    opaque(new Uint8Array(identityBytes)),
    opaque(new Uint8Array(2 * capabilities)),
    none,
    none,
    none,
    none,
    Uint8Array.of(2),
    none,
    none,
  ])
  return concat([u16(1), u16(5), u16(1), u16(1), key, leaf, none, none])
}

function welcomeOf(count: number): Uint8Array {
  const secrets = Array.from({ length: count }, (_, i) =>
    concat([opaque(u32(i)), opaque(new Uint8Array()), opaque(new Uint8Array())]),
  )
  return concat([u16(1), u16(3), u16(1), opaque(concat(secrets)), opaque(new Uint8Array())])
}

function repeat(item: number[], count: number): Uint8Array {
  const bytes = new Uint8Array(item.length * count)
  for (let i = 0; i < count; i++) bytes.set(item, i * item.length)
  return bytes
}

function ruleOf(verdict: { ok: boolean; refusal?: { rule: string } }): string | undefined {
  return verdict.refusal?.rule
}
