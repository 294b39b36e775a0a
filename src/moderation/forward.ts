import { createServiceJwt } from '@atproto/xrpc-server'
import type { Did } from '../lib/ids.js'
import { serviceKeypair } from '../identity/service-key.js'
import type { ReportRow } from './report-row.js'
import type { Category } from './vocabulary.js'

const METHOD = 'com.atproto.moderation.createReport'
const TIMEOUT_MS = 10_000

/** The moderation service did not take the report. The message is for an operator. */
export class ForwardError extends Error {
  override readonly name = 'ForwardError'
}

/**
 * Reports the account at a moderation service of the AT Protocol, as this service, by a service token that
 * its own key signs. What is encrypted stays here: nobody there could read it, nor could we.
 *
 * @param notes what the operator adds, sent as the report's reason.
 * @throws {ForwardError}
 */
export async function forwardReport(
  { subject, category }: Pick<ReportRow, 'subject' | 'category'>,
  { url, did, serviceDid, signingKey, notes }: ModerationService,
): Promise<void> {
  const keypair = await serviceKeypair(signingKey)
  const token = await createServiceJwt({ iss: serviceDid, aud: did, lxm: METHOD, keypair })
  const response = await fetch(`${url}/xrpc/${METHOD}`, {
    method: 'POST',
    redirect: 'error',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      reasonType: `com.atproto.moderation.defs#${REASONS[category as Category] ?? 'reasonOther'}`,
      reason: [`Reported in an encrypted conversation: ${category}.`, notes]
        .filter(Boolean)
        .join(' '),
      subject: { $type: 'com.atproto.admin.defs#repoRef', did: subject },
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new ForwardError('The moderation service cannot be reached', { cause })
  })
  await response.body?.cancel()
  if (response.ok) return
  throw new ForwardError(`The moderation service answered ${response.status}; nothing was sent`)
}

/** What AT Protocol calls it, as near as its reasons come. */
const REASONS: Record<Category, string> = {
  spam: 'reasonSpam',
  harassment: 'reasonRude',
  hate: 'reasonRude',
  violence: 'reasonViolation',
  sexual: 'reasonSexual',
  childSafety: 'reasonViolation',
  selfHarm: 'reasonOther',
  impersonation: 'reasonMisleading',
  other: 'reasonOther',
}

export interface ModerationService {
  url: string
  /** The audience of the token. */
  did: Did
  /** Its issuer: this service. */
  serviceDid: Did
  /** Hex of the private key (secp256k1) whose public part this service's DID document has. */
  signingKey: string
  notes?: string | undefined
}
