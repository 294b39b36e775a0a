import { createECDH } from 'node:crypto'
import { formatMultikey, type Keypair, Secp256k1Keypair } from '@atproto/crypto'

/** The key that this service signs its own service tokens with. `hex`: the private key, 32 bytes. */
export function serviceKeypair(hex: string): Promise<Keypair> {
  return Secp256k1Keypair.import(hex)
}

/** Its public part, as a DID document has it (Multikey). */
export function servicePublicKey(hex: string): string {
  const ecdh = createECDH('secp256k1')
  ecdh.setPrivateKey(Buffer.from(hex, 'hex'))
  return formatMultikey('ES256K', ecdh.getPublicKey(null, 'uncompressed'))
}
