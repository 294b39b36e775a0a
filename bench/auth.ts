/**
 * Token checks per second with the key cached, in one thread: the service's whole check (parsing,
 * every claim, signature, one use) against `verifyJwt` of `@atproto/xrpc-server` as it comes
 * (parsing, three claims, signature), in turns in the same run. Ends by itself within a minute.
 */
import type { IncomingMessage } from 'node:http'
import { verifyJwt } from '@atproto/xrpc-server'
import { createAuth, es256kImplementation } from '../src/auth/index.js'
import { createMemoryBackend } from '../src/backend/memory-backend.js'
import { signingKeyOf } from '../src/identity/public-key.js'
import type { Did } from '../src/lib/ids.js'
import { accountDocument } from '../tests/support/did-document.js'
import { keepResults, median, perSecond, printHeading, printTable, verdict } from './report.js'
import { createKeypair, signToken, type TokenAlg } from '../tests/support/tokens.js'

const ROUNDS = 7
const CHECKS_PER_ROUND = 600
const REFERENCE_CHECKS_PER_ROUND = 150
const GOALS: Partial<Record<TokenAlg, number>> = { ES256K: 20 }

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const aud = 'did:web:mls.test' as Did
const lxm = 'blue.catbird.mls.sendMessage'

printHeading({ 'ES256K by': es256kImplementation })
const results = []
for (const alg of ['ES256K', 'ES256'] as const) {
  const { own, reference } = await measure(alg)
  results.push({ alg, own, reference, ratio: own / reference })
}
printTable(
  ['alg', 'service', 'verifyJwt', 'ratio', 'goal'],
  results.map(({ alg, own, reference, ratio }) => [
    alg,
    perSecond(own),
    perSecond(reference),
    `${ratio.toFixed(1)} ×`,
    judged(alg, ratio),
  ]),
)
keepResults('auth', { es256kBy: es256kImplementation, results })

function judged(alg: TokenAlg, ratio: number): string {
  const goal = GOALS[alg]
  if (goal === undefined) return '–'
  return `≥ ${goal} × ${verdict(ratio >= goal, `${alg} ≥ ${goal} × verifyJwt`)}`
}

/** Checks per second, the median of the rounds. */
async function measure(alg: TokenAlg): Promise<{ own: number; reference: number }> {
  const keypair = await createKeypair(alg)
  const signingKey = signingKeyOf(accountDocument(did, keypair))
  if (!signingKey) throw new Error('the test document has no key')
  const document = { did, signingKey }
  const auth = createAuth({
    serviceDid: aud,
    enforceLxm: true,
    enforceJti: true,
    jtiTtlSeconds: 120,
    identity: { resolve: async () => document, resolveAnew: async () => document },
    backend: createMemoryBackend(),
  })
  const check = (token: string) => auth.account({ req: requestWith(token) })
  const didKey = keypair.did()
  const own: number[] = []
  const reference: number[] = []
  // The first round warms both up.
  for (let round = 0; round <= ROUNDS; round++) {
    const tokens: string[] = []
    for (let i = 0; i < CHECKS_PER_ROUND; i++) {
      tokens.push(await signToken(keypair, { iss: did, aud, lxm }))
    }
    const ownRate = await rateOf(tokens, check)
    const referenceRate = await rateOf(tokens.slice(0, REFERENCE_CHECKS_PER_ROUND), (token) =>
      verifyJwt(token, aud, lxm, async () => didKey),
    )
    if (round === 0) continue
    own.push(ownRate)
    reference.push(referenceRate)
  }
  return { own: median(own), reference: median(reference) }
}

function requestWith(token: string): IncomingMessage {
  const headers = { authorization: `Bearer ${token}` }
  return { url: `/xrpc/${lxm}`, headers } as IncomingMessage
}

async function rateOf(
  tokens: string[],
  check: (token: string) => Promise<unknown>,
): Promise<number> {
  const begun = performance.now()
  for (const token of tokens) await check(token)
  return (tokens.length * 1000) / (performance.now() - begun)
}
