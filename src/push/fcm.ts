import { importPKCS8, SignJWT } from 'jose'
import {
  PUSH_TTL_SECONDS,
  outcomeOf,
  type PushOutcome,
  type PushProvider,
  SEND_TIMEOUT_MS,
} from './provider.js'

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging'
const GOOGLE = 'https://fcm.googleapis.com'
const TOKEN_LIFE_SECONDS = 3600
/** Before its end an access token is renewed. */
const RENEW_BEFORE_MS = 5 * 60_000

/** Firebase Cloud Messaging (HTTP v1), as a service account: a data message, which the app handles. */
export function createFcm({ account, baseUrl = GOOGLE }: FcmOptions): PushProvider {
  const url = `${baseUrl}/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`
  let access: Promise<Access> | undefined

  async function accessToken(): Promise<string> {
    const current = await access?.catch(() => undefined)
    if (current && current.untilMs - RENEW_BEFORE_MS > Date.now()) return current.token
    access = requestAccess(account)
    return (await access).token
  }

  return {
    async send({ token, topic, id }) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          redirect: 'error',
          headers: {
            authorization: `Bearer ${await accessToken()}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({
            message: {
              token,
              data: { topic, id },
              android: {
                collapse_key: topic,
                priority: 'HIGH',
                ttl: `${PUSH_TTL_SECONDS}s`,
              },
            },
          }),
          signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
        })
        if (response.status === 401) access = undefined
        return await judge(response)
      } catch {
        return { outcome: 'later' }
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}

async function judge(response: Response): Promise<PushOutcome> {
  const text = await response.text()
  if (response.status === 404 && text.includes('UNREGISTERED')) return { outcome: 'dead' }
  if (response.status === 403 && text.includes('SENDER_ID_MISMATCH')) return { outcome: 'dead' }
  if (response.status === 401) return { outcome: 'later' }
  return outcomeOf(response.status, response.headers.get('retry-after'))
}

/** The grant of RFC 7523 §2.1. */
async function requestAccess(account: ServiceAccount): Promise<Access> {
  const { client_email: email, private_key, token_uri: audience } = account
  const assertion = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(email)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${TOKEN_LIFE_SECONDS}s`)
    .sign(await importPKCS8(private_key, 'RS256'))
  const response = await fetch(audience, {
    method: 'POST',
    redirect: 'error',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
    }),
    signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`)
  const { access_token: token, expires_in: seconds } = (await response.json()) as {
    access_token: string
    expires_in: number
  }
  return { token, untilMs: Date.now() + seconds * 1000 }
}

interface Access {
  token: string
  untilMs: number
}

/** What Google gives as a JSON file; the other fields are not needed. */
export interface ServiceAccount {
  project_id: string
  client_email: string
  private_key: string
  token_uri: string
}

export interface FcmOptions {
  account: ServiceAccount
  /** In tests: another than Google's. */
  baseUrl?: string
}
