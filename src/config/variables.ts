import { createECDH, createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import { z } from 'zod'
import { parseDid } from '../lib/ids.js'
import { isSuiteName, SUITE_NAMES } from '../mls/suite.js'

const JWT_SECRET_MIN_CHARS = 16
const S3_BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/**
 * The environment variables, each with its bounds and its default. An optional one has a default
 * that depends on others (`read-config.ts`). The README's table is tested against this list.
 */
export const variables = {
  NODE_ENV: oneOf(['development', 'production', 'test'], 'development'),
  HOST: z.string().refine(isHost, 'must be an IP address or a host name').optional(),
  SERVER_PORT: port().default(3000),
  SERVICE_DID: did().optional(),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  SERVICE_SIGNING_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be a secp256k1 private key: 64 hex digits')
    .refine(isPrivateKey, 'must be a secp256k1 private key: 64 hex digits')
    .optional(),
  MODERATION_SERVICE_URL: url(['http:', 'https:']).optional(),
  MODERATION_SERVICE_DID: did().optional(),
  LEXICON_ACCOUNT: did().optional(),
  LEXICON_PASSWORD: z.string().optional(),
  LEXICON_SESSION: z.string().optional(),
  TRUST_PROXY: integer(0, 10, 0),
  METRICS_PORT: port().optional(),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: connection(['postgres:', 'postgresql:']).optional(),
  DATABASE_POOL_SIZE: integer(2, 100, 10),
  ALLOW_NEWER_SCHEMA: flag(false),
  REDIS_URL: connection(['redis:', 'rediss:']).optional(),
  BLOB_STORE: oneOf(['disk', 's3'], 'disk'),
  S3_ENDPOINT: url(['http:', 'https:']).optional(),
  S3_BUCKET: z
    .string()
    .regex(S3_BUCKET, 'must be the name of a bucket: 3 to 63 of a-z 0-9 . -')
    .optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be the name of a region, like us-east-1')
    .default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  PLC_URL: url(['http:', 'https:']).default('https://plc.directory'),
  REQUIRE_DEVICE_RECORDS: flag(false),
  APPVIEW_URL: url(['http:', 'https:']).optional(),
  JWT_SECRET: z
    .string()
    .min(JWT_SECRET_MIN_CHARS, `must have at least ${JWT_SECRET_MIN_CHARS} characters`)
    .optional(),
  ENFORCE_LXM: flag(true),
  ENFORCE_JTI: flag(true),
  JTI_TTL_SECONDS: integer(1, 86_400, 120),
  COMMIT_FRAMING: oneOf(['public', 'any'], 'public'),
  EPOCH_GRACE: integer(0, 10, 2),
  CIPHER_SUITES: suites(),
  KEY_PACKAGE_LEASE_SECONDS: integer(1, 86_400, 600),
  SSE_BUFFER_SIZE: integer(1, 1_000_000, 5000),
  MESSAGE_RETENTION_DAYS: integer(0, 36_500, 0),
  ACCOUNT_GRACE_DAYS: integer(0, 3_650, 30),
  ENABLE_DIRECT_XRPC_PROXY: flag(false),
  UPSTREAM_XRPC_BASE: url(['http:', 'https:']).default('http://127.0.0.1:3000'),
  MAX_REQUESTS_IN_FLIGHT: integer(1, 100_000, 1000),
  MAX_MEMBERS: integer(2, 2000, 1000),
  PUSH_TOKEN_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be a key of 32 bytes: 64 hex digits')
    .optional(),
  APNS_KEY: pem().optional(),
  APNS_KEY_ID: z
    .string()
    .regex(/^[A-Z0-9]{10}$/, 'must be the id of a key: 10 letters and digits')
    .optional(),
  APNS_TEAM_ID: z
    .string()
    .regex(/^[A-Z0-9]{10}$/, 'must be the id of a team: 10 letters and digits')
    .optional(),
  APNS_TOPIC: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,255}$/, 'must be the bundle id of an app')
    .optional(),
  APNS_PRODUCTION: flag(true),
  FCM_SERVICE_ACCOUNT: serviceAccount().optional(),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(?:mailto:|https:\/\/)\S+$/, 'must begin with mailto: or https://')
    .optional(),
  VAPID_PUBLIC_KEY: base64url(65).optional(),
  VAPID_PRIVATE_KEY: base64url(32).optional(),
  RATE_LIMIT_SEND_MESSAGE: rate(100),
  RATE_LIMIT_PUBLISH_KEY_PACKAGE: rate(20),
  RATE_LIMIT_ADD_MEMBERS: rate(10),
  RATE_LIMIT_CREATE_CONVO: rate(5),
  RATE_LIMIT_REPORT_MEMBER: rate(5),
  RATE_LIMIT_DID_DEFAULT: rate(200),
  RATE_LIMIT_IP_PER_MINUTE: rate(600),
}

/** Their values never appear in an error line; a URL may have a password in it by mistake. */
export const secretVariables: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'REDIS_URL',
  'JWT_SECRET',
  'SERVICE_SIGNING_KEY',
  'LEXICON_PASSWORD',
  'LEXICON_SESSION',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'S3_ENDPOINT',
  'PUBLIC_URL',
  'PLC_URL',
  'UPSTREAM_XRPC_BASE',
  'PUSH_TOKEN_KEY',
  'APNS_KEY',
  'FCM_SERVICE_ACCOUNT',
  'VAPID_PRIVATE_KEY',
])

function did() {
  return z.string().transform((text, ctx) => {
    const parsed = parseDid(text)
    if (parsed) return parsed
    ctx.addIssue('must be a did:plc or a did:web without a path')
    return z.NEVER
  })
}

/** Its lines may be written with \n: not every way to set a variable takes several. */
function pem() {
  return z
    .string()
    .transform((text) => text.replaceAll('\\n', '\n'))
    .refine((text) => {
      try {
        return createPrivateKey(text).asymmetricKeyType === 'ec'
      } catch {
        return false
      }
    }, 'must be the PEM text of a private key (.p8)')
}

function serviceAccount() {
  const fields = z.object({
    project_id: z.string(),
    client_email: z.string(),
    private_key: z.string().includes('PRIVATE KEY'),
    token_uri: z.url(),
  })
  return z.string().transform((text, ctx) => {
    try {
      return fields.parse(JSON.parse(text))
    } catch {
      ctx.addIssue('must be the JSON text of a service account')
      return z.NEVER
    }
  })
}

function base64url(bytes: number) {
  return z
    .string()
    .refine(
      (text) => /^[A-Za-z0-9_-]+$/.test(text) && Buffer.from(text, 'base64url').length === bytes,
      `must be ${bytes} bytes in base64url`,
    )
}

function isPrivateKey(hex: string): boolean {
  try {
    createECDH('secp256k1').setPrivateKey(Buffer.from(hex, 'hex'))
    return true
  } catch {
    return false
  }
}

function integer(min: number, max: number, fallback: number) {
  return wholeNumber(min, max).default(fallback)
}

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .refine(
      (text) => /^[0-9]{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number)
}

/** 0 is for tests alone, which the reader of all variables sees to. */
function port() {
  return z
    .string()
    .refine(
      (text) => /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535,
      'must be a whole number from 1 to 65535',
    )
    .transform(Number)
}

function rate(fallback: number) {
  return integer(0, 1_000_000, fallback)
}

function flag(fallback: boolean) {
  return z
    .enum(['true', 'false', '1', '0'], 'must be true or false')
    .transform((text) => text === 'true' || text === '1')
    .default(fallback)
}

/** Names as IANA has them, separated by commas. */
function suites() {
  return z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .refine((names) => names.every(isSuiteName), `must be some of ${SUITE_NAMES.join(',')}`)
    .transform((names) => names.filter(isSuiteName))
    .optional()
}

function oneOf<const T extends readonly string[]>(values: T, fallback: T[number]) {
  return z.enum(values, `must be one of ${values.join(', ')}`).default(fallback)
}

/** A base URL, returned without a slash at its end. */
function url(protocols: string[]) {
  return z
    .string()
    .refine(
      (text) => {
        const parsed = URL.parse(text)
        if (!parsed || !protocols.includes(parsed.protocol)) return false
        return !parsed.username && !parsed.password && !parsed.search && !parsed.hash
      },
      `must be a URL (${protocols.join(', ')}) without credentials, query or fragment`,
    )
    .transform((text) => text.replace(/\/+$/, ''))
}

function connection(protocols: string[]) {
  return z.string().refine(
    (text) => {
      const parsed = URL.parse(text)
      return parsed !== null && protocols.includes(parsed.protocol)
    },
    `must be a URL that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`,
  )
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text)
}
