import { beforeAll, describe, expect, test } from 'vitest'
import { readApplicationMessage } from '../../../src/mls/application-message.js'
import { readCommitHeader } from '../../../src/mls/commit-header.js'
import { readWelcome } from '../../../src/mls/welcome.js'
import {
  createDevice,
  hex,
  readPrivateMessage,
  readPublicMessage,
  readWelcome as readTsMlsWelcome,
  TestGroup,
  withLongLength,
  withTrailingByte,
  writePrivateMessage,
  writePublicMessage,
  writeWelcome,
  type Change,
  type TestDevice,
} from '../../support/mls/index.js'
import { fromHex, readVectors } from './vectors.js'

const GROUP_ID = new Uint8Array(32).fill(7)

let alice: TestDevice
let bob: TestDevice
let group: TestGroup
let added: Change
let refs: string[]
beforeAll(async () => {
  alice = await createDevice({ did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', deviceId: 'a' })
  bob = await createDevice({ did: 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb', deviceId: 'b' })
  group = await TestGroup.create(alice, GROUP_ID)
  const packages = await bob.keyPackages(2)
  refs = packages.map(({ ref }) => ref)
  added = await group.commit({ add: [packages[0]!.bytes] })
  group.adopt()
})

describe('readApplicationMessage', () => {
  test('says where it belongs', async () => {
    const verdict = readApplicationMessage(await group.encrypt('hello'))
    expect(verdict).toMatchObject({ ok: true, value: { epoch: 1 } })
    expect(verdict.ok && hex(verdict.value.groupId)).toBe(group.groupId)
  })

  test('refuses what is no application message', async () => {
    const message = await group.encrypt('hello')
    const privateCommit = (await group.commit({ framing: 'private' })).commit
    group.drop()
    expect(ruleOf(readApplicationMessage(privateCommit))).toBe('contentIsApplication')
    expect(ruleOf(readApplicationMessage(added.commit))).toBe('wireFormat')
    const publicData = fromHex(
      readVectors<{ public_message_application: string }>('messages')[0]!
        .public_message_application,
    )
    expect(ruleOf(readApplicationMessage(publicData))).toBe('wireFormat')
    expect(ruleOf(readApplicationMessage(withTrailingByte(message)))).toBe('noTrailingBytes')
    expect(ruleOf(readApplicationMessage(withLongLength(message)))).toBe('lengthHeaderIsShortest')
    expect(ruleOf(readApplicationMessage(new Uint8Array()))).toBe('complete')
  })

  test('refuses an epoch above 2^53 - 1', async () => {
    const message = readPrivateMessage(await group.encrypt('hello'))
    const at = (epoch: bigint) => readApplicationMessage(writePrivateMessage({ ...message, epoch }))
    expect(at(2n ** 53n - 1n)).toMatchObject({ ok: true, value: { epoch: 2 ** 53 - 1 } })
    expect(ruleOf(at(2n ** 53n))).toBe('epochIsSafe')
    expect(ruleOf(at(2n ** 64n - 1n))).toBe('epochIsSafe')
  })

  test('takes 256 KiB and no more', async () => {
    const message = readPrivateMessage(await group.encrypt('hello'))
    const rest = writePrivateMessage({ ...message, ciphertext: new Uint8Array() }).length + 3
    const of = (size: number) =>
      writePrivateMessage({ ...message, ciphertext: new Uint8Array(size - rest) })
    expect(of(256 * 1024).length).toBe(256 * 1024)
    expect(readApplicationMessage(of(256 * 1024))).toMatchObject({ ok: true })
    expect(readApplicationMessage(of(256 * 1024 + 1))).toMatchObject({
      refusal: { error: 'TooLarge' },
    })
  })
})

describe('readCommitHeader', () => {
  test('of a public, a private and an external commit', async () => {
    expect(readCommitHeader(added.commit)).toMatchObject({
      ok: true,
      value: { framing: 'public', epoch: 0, sender: 'member', contentType: 'commit' },
    })
    const hidden = await group.commit({ framing: 'private' })
    group.drop()
    expect(readCommitHeader(hidden.commit)).toMatchObject({
      ok: true,
      value: { framing: 'private', epoch: 1, sender: 'private', contentType: 'commit' },
    })
    const outside = await TestGroup.joinExternally(bob, await group.groupInfo())
    expect(readCommitHeader(outside.change.commit)).toMatchObject({
      ok: true,
      value: { framing: 'public', epoch: 1, sender: 'external', contentType: 'commit' },
    })
  })

  test('of what is none', async () => {
    const vector = readVectors<Record<string, string>>('messages')[0]!
    const proposal = readCommitHeader(fromHex(vector['public_message_proposal']!))
    expect(proposal).toMatchObject({ ok: true, value: { contentType: 'proposal' } })
    expect(readCommitHeader(added.welcome!)).toMatchObject({
      refusal: { error: 'InvalidMlsMessage', rule: 'wireFormat' },
    })
    const message = readPublicMessage(added.commit)
    const far = writePublicMessage({
      ...message,
      content: { ...message.content, epoch: 2n ** 53n },
    })
    expect(ruleOf(readCommitHeader(far))).toBe('epochIsSafe')
    expect(ruleOf(readCommitHeader(added.commit.subarray(0, 20)))).toBe('complete')
  })
})

describe('readWelcome', () => {
  test('says whom it is for', () => {
    expect(readWelcome(added.welcome!)).toEqual({
      ok: true,
      value: { cipherSuite: alice.suite.name, refs: [refs[0]] },
    })
  })

  test('refuses the same member twice, other messages, and bytes after it', () => {
    const welcome = readTsMlsWelcome(added.welcome!)
    const twice = writeWelcome({ ...welcome, secrets: [...welcome.secrets, ...welcome.secrets] })
    expect(ruleOf(readWelcome(twice))).toBe('newMembersAreUnique')
    expect(ruleOf(readWelcome(added.commit))).toBe('wireFormat')
    expect(ruleOf(readWelcome(withTrailingByte(added.welcome!)))).toBe('noTrailingBytes')
  })

  test('finds the key package of each vector', async () => {
    const { decodeExact } = await import('../../../src/mls/decode.js')
    const { keyPackageRef } = await import('../../../src/mls/key-package-rules.js')
    const { suiteById } = await import('../../../src/mls/suite.js')
    for (const vector of readVectors<{ key_package: string; welcome: string }>('welcome')) {
      const decoded = decodeExact(fromHex(vector.key_package), 'mls_key_package', 65_536)
      const welcome = readWelcome(fromHex(vector.welcome))
      if (!decoded.ok || !welcome.ok) throw new Error('a vector does not decode')
      const suite = suiteById(decoded.value.cipherSuite)!
      expect(welcome.value.cipherSuite).toBe(suite.name)
      expect(welcome.value.refs).toContain(keyPackageRef(decoded.value, suite))
    }
  })
})

function ruleOf(verdict: { ok: boolean; refusal?: { rule: string } }): string | undefined {
  return verdict.refusal?.rule
}
