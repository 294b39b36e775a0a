import { describe, expect, test } from 'vitest'
import { SignatureChecks } from '../../../src/auth/signature-checks.js'
import { SignatureThread } from '../../../src/auth/signature-thread.js'
import { verifySignature } from '../../../src/auth/signature.js'
import { signingKeyOf, type KeyAlg, type PublicKey } from '../../../src/identity/public-key.js'
import { accountDocument } from '../../support/did-document.js'
import { createKeypair } from '../../support/tokens.js'

describe('a thread', () => {
  test('says of each signature what is said here', async () => {
    await using thread = new SignatureThread()
    const cases = await manyCases(['ES256K', 'ES256K'])
    const verdicts = await Promise.all(cases.map((each) => thread.verify(...each)))
    expect(verdicts).toEqual(cases.map((each) => verifySignature(...each)))
    expect(verdicts).toContain(true)
    expect(verdicts).toContain(false)
    expect(thread.isReady).toBe(true)
    expect(thread.isIdle).toBe(true)
  })

  test('that is to end answers first what it was asked', async () => {
    const thread = new SignatureThread()
    const cases = await manyCases(['ES256K', 'ES256K'])
    const asked = cases.map((each) => thread.verify(...each))
    await thread[Symbol.asyncDispose]()
    expect(await Promise.all(asked)).toEqual(cases.map((each) => verifySignature(...each)))
    expect(thread.isReady).toBe(false)
    expect(await thread.verify(...cases[0]!)).toBeUndefined()
    await thread[Symbol.asyncDispose]()
  })

  test('that ends by itself leaves nobody waiting', async () => {
    await using thread = new SignatureThread({ url: DIES_OF_A_MESSAGE, execArgv: [] })
    await expect.poll(() => thread.isReady).toBe(true)
    const cases = await manyCases(['ES256K', 'ES256K'])
    const [whole] = cases
    const asked = [1, 2, 3].map(() => thread.verify(...whole!))
    expect(thread.isIdle).toBe(false)
    expect(await Promise.all(asked)).toEqual([undefined, undefined, undefined])
  })
})

test.each([true, false])('a crowd gets right verdicts, with a thread: %s', async (mayStart) => {
  await using checks = new SignatureChecks(mayStart)
  const cases = await manyCases()
  const expected = cases.map((each) => verifySignature(...each))
  // The first rounds come while the thread starts.
  for (let round = 0; round < 20; round++) {
    expect(await Promise.all(cases.map((each) => checks.verify(...each)))).toEqual(expected)
  }
  await checks[Symbol.asyncDispose]()
  // Once it has ended, here.
  expect(await Promise.all(cases.map((each) => checks.verify(...each)))).toEqual(expected)
})

type Case = [key: PublicKey, signed: Uint8Array, signature: Uint8Array]

async function manyCases(algs: readonly KeyAlg[] = ['ES256K', 'ES256K', 'ES256']): Promise<Case[]> {
  const cases: Case[] = []
  for (const alg of algs) {
    const keypair = await createKeypair(alg)
    const key = signingKeyOf(accountDocument('did:web:alice.test', keypair))!
    for (let i = 0; i < 5; i++) {
      const signed = Buffer.from(`signed ${i}`)
      const signature = await keypair.sign(signed)
      cases.push(
        [key, signed, signature],
        [key, Buffer.from(`Signed ${i}`), signature],
        [cases[0]?.[0] ?? key, signed, signature],
        [key, signed, signature.with(i, signature[i]! ^ 1)],
        [key, signed, Buffer.alloc(64, 0xff)],
        [key, signed, Buffer.alloc(64)],
        [key, signed, signature.subarray(1)],
      )
    }
  }
  return cases
}

const DIES_OF_A_MESSAGE = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', () => process.exit())
    parentPort.postMessage('ready')
  `)}`,
)
