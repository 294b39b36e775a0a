import { kemOutputBytes } from '../hpke-key.js'
import type { Suite } from '../suite.js'
import type { PathStep } from '../tree/resolution.js'
import { fault, type Fault } from '../verdict.js'
import type { CiphertextSizes } from '../wire/commit.js'

/**
 * Each node of an update path carries one ciphertext for each node in the resolution of its copath
 * child, those that the commit adds aside (RFC 9420 §7.6). Their sizes follow from the suite: a path
 * secret of KDF.Nh bytes and the tag of the AEAD.
 */
export function ciphertextFault(
  nodes: readonly { ciphertexts?: CiphertextSizes }[],
  steps: readonly PathStep[],
  addedNodes: ReadonlySet<number>,
  suite: Suite,
): Fault | undefined {
  for (const [i, { resolution }] of steps.entries()) {
    const { ciphertexts } = nodes[i]!
    if (ciphertexts === undefined) continue
    const { count, kemOutputBytes: kemOutput, ciphertextBytes } = ciphertexts
    const receivers = resolution.filter((node) => !addedNodes.has(node)).length
    if (count !== receivers) return rules.ciphertextCount
    if (count === 0) continue
    if (kemOutput !== kemOutputBytes(suite)) return rules.ciphertextSize
    if (ciphertextBytes !== suite.secretBytes + AEAD_TAG_BYTES) return rules.ciphertextSize
  }
  return undefined
}

/** Of every AEAD of a suite here: AES-GCM and ChaCha20-Poly1305. */
const AEAD_TAG_BYTES = 16

const rules = {
  ciphertextCount: fault(
    'ciphertextCount',
    'RFC 9420 §7.6',
    'A node of the update path is not encrypted to exactly the resolution of its copath child.',
  ),
  ciphertextSize: fault(
    'ciphertextSize',
    'RFC 9420 §7.6',
    'A ciphertext of the update path does not have the size of an encrypted path secret.',
  ),
}
