import {
  createApplicationMessage,
  createCommit,
  createGroup,
  createGroupInfoWithExternalPubAndRatchetTree,
  defaultCapabilities,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  processPrivateMessage,
  type CiphersuiteImpl,
  type GroupInfo,
} from 'ts-mls'
import type { DeviceId, Did } from '../lib/ids.js'
import { formatIdentity } from './credential.js'
import { verifyKeyPackage } from './key-package.js'
import { openGenesis } from './open-genesis.js'
import { verifySignature } from './signature.js'
import { suiteByName, type SuiteName } from './suite.js'
import type { MlsVerdict } from './verdict.js'
import { verifyCommit } from './verify-commit.js'

/**
 * Whether a suite works here, by doing with it what clients do: two devices publish key packages,
 * make a group, join it by a welcome, and one reads what the other writes, while the service's own
 * verification follows. False also where a library for it is missing. The group ids and keys are
 * random and forgotten.
 */
export async function selfTest(name: SuiteName): Promise<boolean> {
  try {
    await exchange(await clientSuite(name), new Date())
    return true
  } catch {
    return false
  }
}

/** As a client has it, but for its own checks of signatures, which take it up to 100 ms each. */
async function clientSuite(name: SuiteName): Promise<CiphersuiteImpl> {
  const scheme = suiteByName(name).signature
  const suite = await getCiphersuiteImpl(getCiphersuiteFromName(name))
  const verify: CiphersuiteImpl['signature']['verify'] = async (key, message, signature) =>
    verifySignature(scheme, key, message, signature)
  return { ...suite, signature: { ...suite.signature, verify } }
}

async function exchange(suite: CiphersuiteImpl, now: Date): Promise<void> {
  const suites = [suite.name]
  const alice = await makeKeyPackage(ALICE, suite, now)
  const bob = await makeKeyPackage(BOB, suite, now)
  for (const { did, bytes } of [alice, bob]) {
    valueOf(verifyKeyPackage(bytes, { now, did, suites }))
  }

  const groupId = suite.rng.randomBytes(32)
  const created = await createGroup(groupId, alice.publicPackage, alice.privatePackage, [], suite)
  const genesis = await groupInfoOf(created, suite)
  const group = valueOf(openGenesis(genesis, { now, creator: ALICE, suites }))

  const { commit, welcome, newState } = await createCommit(
    { state: created, cipherSuite: suite },
    {
      wireAsPublicMessage: true,
      ratchetTreeExtension: true,
      extraProposals: [{ proposalType: 'add', add: { keyPackage: bob.publicPackage } }],
    },
  )
  if (welcome === undefined) throw new Error('no welcome')
  const change = {
    commit: encodeMlsMessage(commit),
    groupInfo: await groupInfoOf(newState, suite),
    welcome: encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome }),
  }
  valueOf(verifyCommit(group, change, { now, sender: ALICE, framing: 'public', suites }))

  const joined = await joinGroup(
    welcome,
    bob.publicPackage,
    bob.privatePackage,
    emptyPskIndex,
    suite,
  )
  const { privateMessage } = await createApplicationMessage(newState, PLAINTEXT, suite)
  const read = await processPrivateMessage(joined, privateMessage, emptyPskIndex, suite)
  if (read.kind !== 'applicationMessage' || Buffer.compare(read.message, PLAINTEXT) !== 0) {
    throw new Error('the message did not come through')
  }
}

async function makeKeyPackage(did: Did, suite: CiphersuiteImpl, now: Date) {
  const identity = formatIdentity({ did, deviceId: DEVICE })
  const seconds = BigInt(Math.floor(now.getTime() / 1_000))
  const made = await generateKeyPackage(
    { credentialType: 'basic', identity },
    defaultCapabilities(),
    { notBefore: seconds - 3_600n, notAfter: seconds + 86_400n },
    [],
    suite,
  )
  const bytes = encodeMlsMessage({
    version: 'mls10',
    wireformat: 'mls_key_package',
    keyPackage: made.publicPackage,
  })
  return { ...made, did, bytes }
}

async function groupInfoOf(
  state: Parameters<typeof createGroupInfoWithExternalPubAndRatchetTree>[0],
  suite: CiphersuiteImpl,
): Promise<Uint8Array> {
  const groupInfo: GroupInfo = await createGroupInfoWithExternalPubAndRatchetTree(state, [], suite)
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo })
}

function valueOf<T>(verdict: MlsVerdict<T>): T {
  if (!verdict.ok) throw new Error(verdict.refusal.detail)
  return verdict.value
}

const ALICE = `did:plc:${'a'.repeat(24)}` as Did
const BOB = `did:plc:${'b'.repeat(24)}` as Did
const DEVICE = 'self-test' as DeviceId
const PLAINTEXT = new TextEncoder().encode('hello')
