import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { SignatureScheme, Suite } from './suite.js'
import { checkBudget } from './time-budget.js'
import { bufferOf } from './wire/bytes.js'
import { concat, lengthHeader, opaque } from './wire/writer.js'

export type SignatureLabel = 'FramedContentTBS' | 'LeafNodeTBS' | 'KeyPackageTBS' | 'GroupInfoTBS'

/** VerifyWithLabel (RFC 9420 §5.1.2). False also for a key or a signature that is none. */
export function verifyWithLabel(
  { signature: scheme }: Suite,
  publicKey: Uint8Array,
  label: SignatureLabel,
  content: Uint8Array,
  signature: Uint8Array,
): boolean {
  const message = concat([LABELS[label], lengthHeader(content.length), content])
  return verifySignature(scheme, publicKey, message, signature)
}

/** The scheme's own verification, by OpenSSL: about 0.1 ms with Ed25519. */
export function verifySignature(
  scheme: SignatureScheme,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  checkBudget()
  if (!hasKeyForm(scheme, publicKey)) return false
  try {
    return VERIFIERS[scheme](publicKey, message, signature)
  } catch {
    // OpenSSL throws for a point that is not on the curve.
    return false
  }
}

/** Whether these bytes can be a signature key of any scheme, by their size and form. */
export function isSignatureKey(key: Uint8Array): boolean {
  return (Object.keys(KEY_FORMS) as SignatureScheme[]).some((scheme) => hasKeyForm(scheme, key))
}

/** What tells two signature keys apart: for a point its x, so that no second spelling is another. */
export function signatureKeyId(scheme: SignatureScheme, publicKey: Uint8Array): Uint8Array {
  const form = KEY_FORMS[scheme]
  return 'fieldBytes' in form ? publicKey.subarray(1, 1 + form.fieldBytes) : publicKey
}

/**
 * Edwards and ML-DSA keys have one size. RFC 9420 §5.1.1 wants NIST points uncompressed; ts-mls
 * writes them compressed, so both are taken, but not OpenSSL's hybrid form.
 */
function hasKeyForm(scheme: SignatureScheme, key: Uint8Array): boolean {
  const form = KEY_FORMS[scheme]
  if ('bytes' in form) return key.length === form.bytes
  const compressed = key.length === 1 + form.fieldBytes && (key[0] === 2 || key[0] === 3)
  const uncompressed = key.length === 1 + 2 * form.fieldBytes && key[0] === 4
  return compressed || uncompressed
}

const KEY_FORMS = {
  Ed25519: { bytes: 32 },
  Ed448: { bytes: 57 },
  P256: { fieldBytes: 32 },
  P384: { fieldBytes: 48 },
  P521: { fieldBytes: 66 },
  'ML-DSA-87': { bytes: 2_592 },
} as const satisfies Record<SignatureScheme, { bytes: number } | { fieldBytes: number }>

type Verifier = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

/** With `hash` null the scheme hashes by itself. ECDSA signatures are DER, node's default. */
function native(hash: string | null, algorithmIdentifier: string): Verifier {
  const algorithm = Buffer.from(algorithmIdentifier, 'hex')
  return (publicKey, message, signature) =>
    verify(hash, message, keyObject(algorithm, publicKey), signature)
}

/** Importing a key costs as much as a quarter of a verification. */
const KEY_OBJECTS = new LRUCache<string, KeyObject>({ max: 4_096 })

function keyObject(algorithm: Uint8Array, publicKey: Uint8Array): KeyObject {
  const spki = der(0x30, concat([algorithm, der(0x03, concat([Uint8Array.of(0), publicKey]))]))
  const cacheKey = bufferOf(spki).toString('latin1')
  let key = KEY_OBJECTS.get(cacheKey)
  if (key === undefined) {
    key = createPublicKey({ key: bufferOf(spki), format: 'der', type: 'spki' })
    KEY_OBJECTS.set(cacheKey, key)
  }
  return key
}

function der(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return concat([Uint8Array.of(tag, ...size), content])
}

/** The AlgorithmIdentifier of each scheme's SubjectPublicKeyInfo (RFC 5480, 8410, 9881). */
const VERIFIERS: Record<SignatureScheme, Verifier> = {
  Ed25519: native(null, '300506032b6570'),
  Ed448: native(null, '300506032b6571'),
  P256: native('sha256', '301306072a8648ce3d020106082a8648ce3d030107'),
  P384: native('sha384', '301006072a8648ce3d020106052b81040022'),
  P521: native('sha512', '301006072a8648ce3d020106052b81040023'),
  'ML-DSA-87': await mlDsa87(),
}

/** By OpenSSL where it has it (3.5, with Node 24), else by noble, else never valid. */
async function mlDsa87(): Promise<Verifier> {
  const byOpenSsl = native(null, '300b0609608648016503040313')
  if (canImport('300b0609608648016503040313', KEY_FORMS['ML-DSA-87'].bytes)) return byOpenSsl
  const noble = await import('@noble/post-quantum/ml-dsa.js').catch(() => undefined)
  if (noble === undefined) return () => false
  return (publicKey, message, signature) => noble.ml_dsa87.verify(signature, message, publicKey)
}

function canImport(algorithmIdentifier: string, keyBytes: number): boolean {
  try {
    keyObject(Buffer.from(algorithmIdentifier, 'hex'), new Uint8Array(keyBytes))
    return true
  } catch {
    return false
  }
}

const LABELS = Object.fromEntries(
  (['FramedContentTBS', 'LeafNodeTBS', 'KeyPackageTBS', 'GroupInfoTBS'] as const).map((label) => [
    label,
    opaque(new TextEncoder().encode(`MLS 1.0 ${label}`)),
  ]),
) as Record<SignatureLabel, Uint8Array>
