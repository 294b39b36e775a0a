import type { Did } from '../lib/ids.js'
import type { SuiteName } from '../mls/suite.js'

/**
 * Everything that an operator can set, parsed once at start and frozen. What can be read by a
 * person at a log or a debugger stands in the sections; what must not be is in `secrets`, which
 * prints as `[secret]`.
 */
export interface Config {
  mode: Mode
  service: {
    /** Who the service is: the `aud` of its tokens. */
    did: Did
    host: string
    /** 0 (tests only): any free port. */
    port: number
    /** Where `/metrics` is served instead of on `port`; 0 (tests only): any free port. */
    metricsPort: number | undefined
    /** Where clients reach the service itself, without a slash at its end. */
    publicUrl: string
    version: string
    logLevel: LogLevel
    /** Absolute path of what the process itself keeps. */
    dataDir: string
    /** How many reverse proxies in front set `X-Forwarded-For`; 0: the peer is the client. */
    trustedProxies: number
    /** XRPC calls under way at once, streams aside; one more is answered 503. */
    requestsInFlight: number
    /** Development only: where methods go that this service does not have; undefined: nowhere. */
    upstream: string | undefined
    /** Where the built browser chat is, or would be; undefined: it is not served, as in production. */
    chatDirectory: string | undefined
    /** Where the pages of the documentation are, once they are built. */
    docsDirectory: string
  }
  database: {
    /** True: PGlite in `directory`; false: the server of `secrets.databaseUrl`. */
    embedded: boolean
    directory: string
    /** Connections to PostgreSQL; the embedded database is a single session. */
    poolSize: number
    /** True: starts on the schema of a newer version, to go back by one. */
    allowNewer: boolean
  }
  redis: {
    /** True: `secrets.redisUrl` is set; false: this process keeps what instances would share. */
    enabled: boolean
  }
  auth: {
    enforceLxm: boolean
    enforceJti: boolean
    /** A used `jti` is remembered at least this long, and always for its token's life. */
    jtiTtlSeconds: number
  }
  identity: {
    plcUrl: string
    /** Asked for public blocks and follows; absent: those are not known. */
    appviewUrl?: string
    /** A device comes in only if its account's repository has a record with its key. */
    requireDeviceRecords: boolean
    /** `did:web:localhost` accounts, and a PDS there, are asked: never in production. */
    allowLocalhost: boolean
  }
  mls: {
    commitFraming: 'public' | 'any'
    /** Application messages of that many epochs before the current one are taken. */
    epochGrace: number
    /** What may be offered; what is offered passed its self-test as well. */
    cipherSuites: readonly SuiteName[]
    keyPackageLeaseSeconds: number
  }
  limits: Limits
  rates: Rates
  stream: {
    /** Recent events kept in memory for all streams together. */
    bufferSize: number
  }
  /** Each absent: devices of that platform are not woken. */
  push: {
    apns?: { keyId: string; teamId: string; topic: string; production: boolean }
    vapid?: { subject: string; publicKey: string }
  }
  moderation: {
    /** Where operators forward reports to; absent: nowhere. */
    url?: string
    did?: Did
  }
  lexicons: {
    /** In whose repository `catbird-mls lexicons` publishes. */
    account?: Did
  }
  blobs: BlobPlace
  retention: {
    /** Application entries lose their ciphertext, and blobs go, after so many days; 0: never. */
    messageDays: number
    /** An account that is gone at its PDS is deleted after so many days; 0: never, and nobody asks. */
    accountGraceDays: number
  }
  secrets: Secrets
}

export type Mode = 'development' | 'production' | 'test'
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/** Where blobs are stored. */
export type BlobPlace =
  | { store: 'disk'; directory: string }
  /** Without `endpoint` that of AWS in the region. */
  | { store: 's3'; endpoint: string | undefined; bucket: string; region: string }

export interface Limits {
  membersPerConvo: number
  leavesPerConvo: number
  devicesPerAccount: number
  keyPackagesPerDevice: number
  keyPackagesPerBatch: number
  keyPackageBytes: number
  keyPackageLifetimeDays: number
  /** An application message (MLSMessage). */
  messageBytes: number
  /** Each of commit, welcome and groupInfo. */
  handshakeBytes: number
  encryptedMetadataBytes: number
  blobBytes: number
  /** Of all blobs of an account. */
  blobQuotaBytes: number
  eventRetentionDays: number
  welcomeRetentionDays: number
}

/** Requests per minute; 0: no limit. */
export interface Rates {
  sendMessage: number
  /** `publishKeyPackage` and `publishKeyPackages` together. */
  publishKeyPackage: number
  addMembers: number
  createConvo: number
  reportMember: number
  /** All other methods of an account together. */
  accountDefault: number
  /** Per IP address, counted before authentication. */
  ip: number
}

export interface Secrets {
  /** Key of HS256 development tokens; absent: they are refused. */
  jwtSecret?: string
  databaseUrl?: string
  redisUrl?: string
  /** Hex of the private key that the service signs its own tokens with; its DID document has the public one. */
  serviceSigningKey?: string
  /** App password of the account that publishes lexicons. */
  lexiconPassword?: string
  /** Or the access token of a session of it. */
  lexiconSession?: string
  s3AccessKeyId?: string
  s3SecretAccessKey?: string
  /** Hex of the key that push tokens are encrypted with. */
  pushTokenKey?: string
  /** PEM. */
  apnsKey?: string
  fcmServiceAccount?: {
    project_id: string
    client_email: string
    private_key: string
    token_uri: string
  }
  vapidPrivateKey?: string
}
