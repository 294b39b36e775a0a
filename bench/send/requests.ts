import { createRequire } from 'node:module'
import { hash, randomBytes, randomUUID } from 'node:crypto'
import type * as secp256k1 from 'secp256k1'
import { privateMessage } from '../../tests/support/private-message.js'

const { ecdsaSign } = createRequire(import.meta.url)('secp256k1/bindings.js') as Pick<
  typeof secp256k1,
  'ecdsaSign'
>

const NSID = 'blue.catbird.mls.sendMessage'
const TOKEN_LIFE_S = 600
const HEADER = base64urlJson({ typ: 'JWT', alg: 'ES256K' })

/** A whole HTTP request with a token and a message of its own. */
export function sendRequest(target: Target, sender: Sender, convoId: string): Buffer {
  const ciphertext = privateMessage(Buffer.from(convoId, 'hex'), target.messageBytes)
  const body = JSON.stringify({
    convoId,
    msgId: randomUUID(),
    epoch: 0,
    ciphertext: { $bytes: ciphertext.toString('base64').replace(/=+$/, '') },
  })
  return Buffer.from(
    `POST /xrpc/${NSID} HTTP/1.1\r\nHost: ${target.host}\r\n` +
      `Authorization: Bearer ${token(target.serviceDid, sender, NSID)}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
}

/** A service token of an account, good for one call of `lxm`. */
export function token(aud: string, { did, privateKey }: Sender, lxm: string): string {
  const iat = Math.floor(Date.now() / 1000)
  const jti = randomBytes(16).toString('hex')
  const claims = { iss: did, aud, lxm, iat, exp: iat + TOKEN_LIFE_S, jti }
  const signed = `${HEADER}.${base64urlJson(claims)}`
  const { signature } = ecdsaSign(hash('sha256', signed, 'buffer'), Buffer.from(privateKey, 'hex'))
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}

function base64urlJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

export interface Target {
  host: string
  serviceDid: string
  /** Of the MLSMessage. */
  messageBytes: number
}

export interface Sender {
  did: string
  /** Hex. */
  privateKey: string
}
