import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { Did } from '../lib/ids.js'
import { isLoopback } from '../lib/loopback.js'
import { accept, refuse, type Verdict } from '../lib/verdict.js'
import { SUITE_NAMES } from '../mls/suite.js'
import { chatDirectory } from './chat-directory.js'
import type { Config } from './config.js'
import { developmentSecret } from './development-secret.js'
import { docsDirectory } from './docs-directory.js'
import { limits } from './limits.js'
import { concealed } from './secrets.js'
import { secretVariables, variables } from './variables.js'
import { version } from './version.js'

/** The start cannot go on: each line names one variable and says what is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly lines: string[]) {
    super(lines.join('\n'))
  }
}

/**
 * The configuration from the environment. Outside production, on a loopback `HOST` and without
 * `JWT_SECRET`, it makes a random secret for development tokens in `DATA_DIR` and keeps it there.
 */
export function readConfig(env: Environment): Config {
  const parsed = parseConfig(env)
  if (!parsed.ok) throw new ConfigError(parsed.refusal)
  const config = parsed.value
  if (!wantsDevelopmentSecret(config)) return config
  const jwtSecret = developmentSecret(config.service.dataDir)
  return Object.freeze({ ...config, secrets: concealed({ ...config.secrets, jwtSecret }) })
}

/** The pure part of `readConfig`: no files, one line per wrong variable. */
export function parseConfig(env: Environment): Verdict<Config, string[]> {
  // An empty value means unset: that is how Compose files and shells pass what nobody set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = z.object(variables).safeParse(given)
  if (!parsed.success) return refuse(parsed.error.issues.map((issue) => lineOf(issue, env)))
  const conflicts = conflictsIn(parsed.data)
  if (conflicts.length > 0) return refuse(conflicts)
  return accept(deepFreeze(configOf(parsed.data)))
}

function lineOf(issue: z.core.$ZodIssue, env: Environment): string {
  const name = String(issue.path[0])
  if (secretVariables.has(name)) return `${name} ${issue.message}`
  return `${name} ${issue.message}, not ${JSON.stringify(env[name]?.slice(0, 80))}`
}

function conflictsIn(values: Values): string[] {
  const lines: string[] = []
  for (const name of ['SERVER_PORT', 'METRICS_PORT'] as const) {
    if (values[name] !== 0 || values.NODE_ENV === 'test') continue
    lines.push(`${name} must be a whole number from 1 to 65535, not "0"`)
  }
  if (values.METRICS_PORT && values.METRICS_PORT === values.SERVER_PORT) {
    lines.push('METRICS_PORT must be another port than SERVER_PORT; unset, /metrics is on that one')
  }
  if (
    values.MODERATION_SERVICE_URL &&
    !(values.MODERATION_SERVICE_DID && values.SERVICE_SIGNING_KEY)
  ) {
    lines.push(
      'MODERATION_SERVICE_URL must be set together with MODERATION_SERVICE_DID and SERVICE_SIGNING_KEY',
    )
  }
  if (values.BLOB_STORE === 's3') {
    const missing = S3_REQUIRED.filter((name) => values[name] === undefined)
    lines.push(...missing.map((name) => `${name} must be set with BLOB_STORE=s3`))
  }
  if (values.ENABLE_DIRECT_XRPC_PROXY && isOwnAddress(values.UPSTREAM_XRPC_BASE, values)) {
    lines.push(
      'UPSTREAM_XRPC_BASE must be another service than this one, which listens on SERVER_PORT',
    )
  }
  for (const names of PUSH_GROUPS) {
    const missing = names.filter((name) => values[name] === undefined)
    const first = names.find((name) => values[name] !== undefined)
    if (first && first !== 'PUSH_TOKEN_KEY' && missing.length > 0) {
      lines.push(`${first} must be set together with ${missing.join(', ')}`)
    }
  }
  if (values.NODE_ENV !== 'production') return lines
  if (values.ENABLE_DIRECT_XRPC_PROXY) {
    lines.push(
      'ENABLE_DIRECT_XRPC_PROXY must not be set with NODE_ENV=production: it passes tokens on',
    )
  }
  if (!values.SERVICE_DID) {
    lines.push('SERVICE_DID must be set with NODE_ENV=production: tokens are made for that DID')
  } else if (!values.PUBLIC_URL && !webHostOf(values.SERVICE_DID)) {
    lines.push('PUBLIC_URL must be set with NODE_ENV=production when SERVICE_DID names no host')
  }
  if (values.JWT_SECRET) {
    lines.push('JWT_SECRET must not be set with NODE_ENV=production: it lets its holder be anyone')
  }
  return lines
}

const S3_REQUIRED = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const

function configOf(values: Values): Config {
  const production = values.NODE_ENV === 'production'
  const host = values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1')
  const port = values.SERVER_PORT
  const did = values.SERVICE_DID ?? localDid(port)
  const webHost = production ? webHostOf(did) : undefined
  const publicUrl = values.PUBLIC_URL ?? (webHost ? `https://${webHost}` : localUrl(host, port))
  const dataDir = resolve(values.DATA_DIR)
  return {
    mode: values.NODE_ENV,
    service: {
      did,
      host,
      port,
      metricsPort: values.METRICS_PORT,
      publicUrl,
      version,
      logLevel: values.LOG_LEVEL,
      dataDir,
      trustedProxies: values.TRUST_PROXY,
      requestsInFlight: values.MAX_REQUESTS_IN_FLIGHT,
      upstream: values.ENABLE_DIRECT_XRPC_PROXY ? values.UPSTREAM_XRPC_BASE : undefined,
      docsDirectory,
      chatDirectory: production ? undefined : chatDirectory,
    },
    database: {
      embedded: values.DATABASE_URL === undefined,
      directory: join(dataDir, 'postgres'),
      poolSize: values.DATABASE_POOL_SIZE,
      allowNewer: values.ALLOW_NEWER_SCHEMA,
    },
    redis: { enabled: values.REDIS_URL !== undefined },
    auth: {
      enforceLxm: values.ENFORCE_LXM,
      enforceJti: values.ENFORCE_JTI,
      jtiTtlSeconds: values.JTI_TTL_SECONDS,
    },
    identity: {
      plcUrl: values.PLC_URL,
      ...(values.APPVIEW_URL && { appviewUrl: values.APPVIEW_URL }),
      requireDeviceRecords: values.REQUIRE_DEVICE_RECORDS,
      allowLocalhost: !production,
    },
    mls: {
      commitFraming: values.COMMIT_FRAMING,
      epochGrace: values.EPOCH_GRACE,
      cipherSuites: [...new Set(values.CIPHER_SUITES ?? SUITE_NAMES)],
      keyPackageLeaseSeconds: values.KEY_PACKAGE_LEASE_SECONDS,
    },
    limits: { ...limits, membersPerConvo: values.MAX_MEMBERS },
    rates: {
      sendMessage: values.RATE_LIMIT_SEND_MESSAGE,
      publishKeyPackage: values.RATE_LIMIT_PUBLISH_KEY_PACKAGE,
      addMembers: values.RATE_LIMIT_ADD_MEMBERS,
      createConvo: values.RATE_LIMIT_CREATE_CONVO,
      reportMember: values.RATE_LIMIT_REPORT_MEMBER,
      accountDefault: values.RATE_LIMIT_DID_DEFAULT,
      ip: values.RATE_LIMIT_IP_PER_MINUTE,
    },
    stream: { bufferSize: values.SSE_BUFFER_SIZE },
    push: pushOf(values),
    moderation: {
      ...(values.MODERATION_SERVICE_URL && { url: values.MODERATION_SERVICE_URL }),
      ...(values.MODERATION_SERVICE_DID && { did: values.MODERATION_SERVICE_DID }),
    },
    lexicons: { ...(values.LEXICON_ACCOUNT && { account: values.LEXICON_ACCOUNT }) },
    blobs:
      values.BLOB_STORE === 's3'
        ? {
            store: 's3',
            endpoint: values.S3_ENDPOINT,
            bucket: values.S3_BUCKET!,
            region: values.S3_REGION,
          }
        : { store: 'disk', directory: join(dataDir, 'blobs') },
    retention: {
      messageDays: values.MESSAGE_RETENTION_DAYS,
      accountGraceDays: values.ACCOUNT_GRACE_DAYS,
    },
    secrets: concealed({
      jwtSecret: values.JWT_SECRET,
      databaseUrl: values.DATABASE_URL,
      redisUrl: values.REDIS_URL,
      serviceSigningKey: values.SERVICE_SIGNING_KEY,
      lexiconPassword: values.LEXICON_PASSWORD,
      lexiconSession: values.LEXICON_SESSION,
      s3AccessKeyId: values.S3_ACCESS_KEY_ID,
      s3SecretAccessKey: values.S3_SECRET_ACCESS_KEY,
      pushTokenKey: values.PUSH_TOKEN_KEY,
      apnsKey: values.APNS_KEY,
      fcmServiceAccount: values.FCM_SERVICE_ACCOUNT,
      vapidPrivateKey: values.VAPID_PRIVATE_KEY,
    }),
  }
}

/** What a provider needs is set together, with the key that tokens are kept with. */
const PUSH_GROUPS = [
  ['APNS_KEY', 'APNS_KEY_ID', 'APNS_TEAM_ID', 'APNS_TOPIC', 'PUSH_TOKEN_KEY'],
  ['FCM_SERVICE_ACCOUNT', 'PUSH_TOKEN_KEY'],
  ['VAPID_PRIVATE_KEY', 'VAPID_PUBLIC_KEY', 'VAPID_SUBJECT', 'PUSH_TOKEN_KEY'],
] as const

function pushOf(values: Values): Config['push'] {
  const { APNS_KEY_ID: keyId, APNS_TEAM_ID: teamId, APNS_TOPIC: topic } = values
  const { VAPID_SUBJECT: subject, VAPID_PUBLIC_KEY: publicKey } = values
  return {
    ...(keyId &&
      teamId &&
      topic && {
        apns: { keyId, teamId, topic, production: values.APNS_PRODUCTION },
      }),
    ...(subject && publicKey && { vapid: { subject, publicKey } }),
  }
}

function localDid(port: number): Did {
  return (port === 0 ? 'did:web:localhost' : `did:web:localhost%3A${port}`) as Did
}

/** The host of a `did:web` that the world can reach. */
function webHostOf(did: Did): string | undefined {
  const host = did.startsWith('did:web:') ? did.slice('did:web:'.length) : undefined
  return host?.startsWith('localhost') ? undefined : host
}

function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

function wantsDevelopmentSecret({ mode, service, secrets }: Config): boolean {
  return mode !== 'production' && isLoopback(service.host) && secrets.jwtSecret === undefined
}

function isOwnAddress(base: string, { SERVER_PORT }: Values): boolean {
  const { hostname, port, protocol } = new URL(base)
  const portOf = Number(port || (protocol === 'https:' ? 443 : 80))
  return isLoopback(hostname.replace(/^\[|\]$/g, '')) && portOf === SERVER_PORT
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner)
  }
  return Object.freeze(value)
}

type Environment = Readonly<Record<string, string | undefined>>
type Values = z.output<z.ZodObject<typeof variables>>
