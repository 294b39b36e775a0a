import { parentPort } from 'node:worker_threads'
import { unpackChecks } from './packed-checks.js'
import { verifyDigest } from './signature.js'

/** The thread's side of `SignatureThread`: a byte for each check, 1 where the signature holds. */
parentPort?.on('message', (message: Uint8Array | 'end') => {
  if (message === 'end') parentPort?.close()
  else parentPort?.postMessage(Uint8Array.from(unpackChecks(message).map(verifyDigest), Number))
})
parentPort?.postMessage('ready')
