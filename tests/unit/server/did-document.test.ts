import { Secp256k1Keypair, verifySignature } from '@atproto/crypto'
import type { Request, Response } from 'express'
import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/index.js'
import { serviceKeypair } from '../../../src/identity/service-key.js'
import { didDocument } from '../../../src/server/did-document.js'

test('the key that the service signs with is in its document, and only then', async () => {
  const hex = Buffer.from(
    await (await Secp256k1Keypair.create({ exportable: true })).export(),
  ).toString('hex')
  const { verificationMethod } = documentOf({ SERVICE_SIGNING_KEY: hex })
  expect(verificationMethod).toEqual([
    {
      id: 'did:web:mls.example.com#atproto',
      type: 'Multikey',
      controller: 'did:web:mls.example.com',
      publicKeyMultibase: expect.any(String) as string,
    },
  ])
  const signed = Buffer.from('anything')
  const signature = await (await serviceKeypair(hex)).sign(signed)
  const didKey = `did:key:${verificationMethod![0]!.publicKeyMultibase}`
  expect(await verifySignature(didKey, signed, signature)).toBe(true)
  expect(documentOf({})).not.toHaveProperty('verificationMethod')
})

function documentOf(env: Record<string, string>) {
  const parsed = parseConfig({ SERVICE_DID: 'did:web:mls.example.com', ...env })
  if (!parsed.ok) throw new Error(parsed.refusal.join())
  let document: { verificationMethod?: { publicKeyMultibase: string }[] } = {}
  const res = { setHeader: () => {}, json: (body: typeof document) => void (document = body) }
  const next = () => {
    throw new Error('not answered')
  }
  void didDocument(parsed.value)({} as Request, res as unknown as Response, next)
  return document
}
