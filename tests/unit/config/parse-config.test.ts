import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parseConfig, variables } from '../../../src/config/index.js'

describe('parseConfig', () => {
  it('gives the defaults of the contract for an empty environment', () => {
    const config = configOf({})
    expect(config).toMatchObject({
      mode: 'development',
      service: {
        did: 'did:web:localhost%3A3000',
        host: '127.0.0.1',
        port: 3000,
        publicUrl: 'http://127.0.0.1:3000',
        logLevel: 'info',
        trustedProxies: 0,
        requestsInFlight: 1000,
        docsDirectory: expect.stringMatching(/dist\/docs$/) as string,
        chatDirectory: expect.stringMatching(/packages\/demo\/dist$/),
      },
      database: { embedded: true },
      redis: { enabled: false },
      auth: { enforceLxm: true, enforceJti: true, jtiTtlSeconds: 120 },
      identity: { plcUrl: 'https://plc.directory', allowLocalhost: true },
      mls: { commitFraming: 'public', epochGrace: 2, keyPackageLeaseSeconds: 600 },
      limits: {
        membersPerConvo: 1000,
        leavesPerConvo: 2000,
        devicesPerAccount: 20,
        keyPackagesPerDevice: 200,
        keyPackagesPerBatch: 100,
        keyPackageBytes: 65_536,
        keyPackageLifetimeDays: 90,
        messageBytes: 262_144,
        handshakeBytes: 4_194_304,
        encryptedMetadataBytes: 8192,
        blobBytes: 52_428_800,
        blobQuotaBytes: 1_073_741_824,
      },
      rates: {
        sendMessage: 100,
        publishKeyPackage: 20,
        addMembers: 10,
        createConvo: 5,
        accountDefault: 200,
        ip: 600,
      },
      stream: { bufferSize: 5000 },
    })
    expect(config.secrets.jwtSecret).toBeUndefined()
  })

  it('takes an empty value for an unset one', () => {
    const empty = Object.fromEntries(Object.keys(variables).map((name) => [name, '']))
    expect(configOf(empty)).toEqual(configOf({}))
  })

  it('names the port in the DID and the URL of a development service', () => {
    const { service } = configOf({ SERVER_PORT: '4100' })
    expect(service.did).toBe('did:web:localhost%3A4100')
    expect(service.publicUrl).toBe('http://127.0.0.1:4100')
  })

  it('tells metrics on the main port, unless they have one of their own', () => {
    expect(configOf({}).service.metricsPort).toBeUndefined()
    expect(configOf({ METRICS_PORT: '9090' }).service.metricsPort).toBe(9090)
  })

  it('listens everywhere in production, under the name of its did:web', () => {
    const config = configOf({ NODE_ENV: 'production', SERVICE_DID: 'did:web:mls.example.com' })
    expect(config.service.host).toBe('0.0.0.0')
    expect(config.service.publicUrl).toBe('https://mls.example.com')
    expect(config.identity.allowLocalhost).toBe(false)
  })

  it('cannot be changed once it is parsed', () => {
    const config = configOf({})
    expect(() => Object.assign(config.rates, { ip: 0 })).toThrow(TypeError)
    expect(() => Object.assign(config, { mode: 'test' })).toThrow(TypeError)
  })

  it('prints no secret, whichever way it is printed', () => {
    const config = configOf({
      JWT_SECRET: 'hunter2-hunter2-hunter2',
      DATABASE_URL: 'postgres://mls:hunter2@db/mls',
      REDIS_URL: 'redis://:hunter2@redis',
    })
    expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain('hunter2')
    expect(config.secrets.jwtSecret).toContain('hunter2')
  })
})

describe('a wrong variable', () => {
  it.each([
    ['NODE_ENV', 'staging'],
    ['HOST', 'not a host'],
    ['SERVER_PORT', '65536'],
    ['SERVER_PORT', '80.5'],
    ['SERVER_PORT', '-1'],
    ['SERVER_PORT', '0x50'],
    ['SERVER_PORT', '0'],
    ['METRICS_PORT', '0'],
    ['METRICS_PORT', '3000'],
    ['METRICS_PORT', 'yes'],
    ['SERVICE_DID', 'did:web:Example.com'],
    ['SERVICE_DID', 'did:key:zQ3sh'],
    ['SERVICE_DID', 'did:web:example.com#atproto_mls'],
    ['PUBLIC_URL', 'example.com'],
    ['PUBLIC_URL', 'https://user:pass@example.com'],
    ['TRUST_PROXY', 'yes'],
    ['LOG_LEVEL', 'verbose'],
    ['PLC_URL', 'ftp://plc.directory'],
    ['DATABASE_URL', 'mysql://localhost/mls'],
    ['DATABASE_POOL_SIZE', '0'],
    ['REDIS_URL', 'localhost:6379'],
    ['BLOB_STORE', 'tape'],
    ['S3_ENDPOINT', 's3.example.com'],
    ['S3_ENDPOINT', 'https://key:hunter2@s3.example.com'],
    ['S3_BUCKET', 'No_Bucket'],
    ['S3_BUCKET', '../other'],
    ['S3_REGION', 'Mars!'],
    ['MAX_REQUESTS_IN_FLIGHT', '0'],
    ['JWT_SECRET', 'short'],
    ['ENFORCE_LXM', 'maybe'],
    ['ENFORCE_JTI', 'TRUE!'],
    ['JTI_TTL_SECONDS', '0'],
    ['COMMIT_FRAMING', 'private'],
    ['EPOCH_GRACE', '11'],
    ['CIPHER_SUITES', 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,ROT13'],
    ['KEY_PACKAGE_LEASE_SECONDS', 'ten'],
    ['SSE_BUFFER_SIZE', '0'],
    ['MAX_MEMBERS', '100000'],
    ['RATE_LIMIT_SEND_MESSAGE', '-5'],
    ['SERVICE_SIGNING_KEY', '00'.repeat(32)],
    ['PUSH_TOKEN_KEY', 'short'],
    ['APNS_KEY', 'no key'],
    ['APNS_KEY_ID', 'ABCDE12345'],
    ['APNS_TOPIC', 'no topic!'],
    ['FCM_SERVICE_ACCOUNT', '{}'],
    ['VAPID_SUBJECT', 'ops@example.com'],
    ['VAPID_PUBLIC_KEY', 'AAAA'],
    ['MODERATION_SERVICE_URL', 'https://mod.example.com'],
    ['MODERATION_SERVICE_DID', 'mod.example.com'],
  ])('%s=%s is one line that begins with its name', (name, value) => {
    const lines = errorsOf({ [name]: value })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(new RegExp(`^${name} must [^\\n]+$`))
  })

  it('says the same of a port, whatever is wrong with it', () => {
    const lines = ['0', '65536', 'x'].map((port) => errorsOf({ SERVER_PORT: port })[0])
    expect(lines).toEqual(
      ['0', '65536', 'x'].map(
        (port) => `SERVER_PORT must be a whole number from 1 to 65535, not "${port}"`,
      ),
    )
  })

  it.each([
    'DATABASE_URL',
    'REDIS_URL',
    'JWT_SECRET',
    'SERVICE_SIGNING_KEY',
    'S3_ENDPOINT',
    'PUBLIC_URL',
    'APNS_KEY',
  ])('%s is not quoted', (name) => {
    expect(errorsOf({ [name]: 'hunter2' }).join()).not.toContain('hunter2')
    // The control: others are.
    expect(errorsOf({ LOG_LEVEL: 'hunter2' }).join()).toContain('hunter2')
  })

  it('does not hide another one', () => {
    const lines = errorsOf({ SERVER_PORT: 'x', EPOCH_GRACE: 'y' })
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['SERVER_PORT', 'EPOCH_GRACE'])
  })
})

describe('ENABLE_DIRECT_XRPC_PROXY', () => {
  const on = { ENABLE_DIRECT_XRPC_PROXY: 'true' }

  it('is off by default', () => {
    expect(configOf({}).service.upstream).toBeUndefined()
    expect(configOf({ ...on, SERVER_PORT: '4000' }).service.upstream).toBe('http://127.0.0.1:3000')
  })

  it.each(['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000/'])(
    'does not pass on to itself: %s',
    (UPSTREAM_XRPC_BASE) => {
      expect(errorsOf({ ...on, UPSTREAM_XRPC_BASE })).toEqual([
        expect.stringMatching(/^UPSTREAM_XRPC_BASE must be another service/),
      ])
    },
  )
})

describe('BLOB_STORE', () => {
  const s3 = {
    BLOB_STORE: 's3',
    S3_BUCKET: 'attachments',
    S3_ACCESS_KEY_ID: 'hunter1',
    S3_SECRET_ACCESS_KEY: 'hunter2',
  }

  it('is a directory in DATA_DIR by default', () => {
    expect(configOf({ DATA_DIR: '/srv/mls' }).blobs).toEqual({
      store: 'disk',
      directory: '/srv/mls/blobs',
    })
  })

  it('s3 takes its bucket, of AWS or elsewhere, and prints neither key nor secret', () => {
    const config = configOf(s3)
    const bucket = { store: 's3', bucket: 'attachments', region: 'us-east-1' }
    expect(config.blobs).toEqual({ ...bucket, endpoint: undefined })
    expect(config.secrets).toMatchObject({ s3AccessKeyId: 'hunter1', s3SecretAccessKey: 'hunter2' })
    expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain('hunter')
    const elsewhere = { ...s3, S3_ENDPOINT: 'http://127.0.0.1:9000/', S3_REGION: 'eu-central-1' }
    expect(configOf(elsewhere).blobs).toEqual({
      ...bucket,
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:9000',
    })
  })

  it('s3 does not start without what it needs: a line for each', () => {
    expect(errorsOf({ BLOB_STORE: 's3' })).toEqual([
      'S3_BUCKET must be set with BLOB_STORE=s3',
      'S3_ACCESS_KEY_ID must be set with BLOB_STORE=s3',
      'S3_SECRET_ACCESS_KEY must be set with BLOB_STORE=s3',
    ])
    expect(errorsOf({ ...s3, S3_SECRET_ACCESS_KEY: '' })).toEqual([
      'S3_SECRET_ACCESS_KEY must be set with BLOB_STORE=s3',
    ])
  })
})

describe('production', () => {
  const sound = { NODE_ENV: 'production', SERVICE_DID: 'did:web:mls.example.com' }

  it('starts with its DID', () => {
    expect(configOf(sound).mode).toBe('production')
    expect(configOf(sound).service.chatDirectory).toBeUndefined()
  })

  it('does not start without it', () => {
    expect(errorsOf({ NODE_ENV: 'production' })).toEqual([
      expect.stringMatching(/^SERVICE_DID must be set/),
    ])
  })

  it('does not start with JWT_SECRET', () => {
    expect(errorsOf({ ...sound, JWT_SECRET: 'a'.repeat(32) })).toEqual([
      expect.stringMatching(/^JWT_SECRET must not be set/),
    ])
  })

  it('does not start with a proxy for development', () => {
    expect(errorsOf({ ...sound, ENABLE_DIRECT_XRPC_PROXY: 'true', SERVER_PORT: '4000' })).toEqual([
      expect.stringMatching(/^ENABLE_DIRECT_XRPC_PROXY must not be set/),
    ])
  })

  it('needs PUBLIC_URL where its DID names no host', () => {
    const plc = { NODE_ENV: 'production', SERVICE_DID: `did:plc:${'a'.repeat(24)}` }
    expect(errorsOf(plc)).toEqual([expect.stringMatching(/^PUBLIC_URL must be set/)])
    expect(configOf({ ...plc, PUBLIC_URL: 'https://x.example/' }).service.publicUrl).toBe(
      'https://x.example',
    )
  })
})

function configOf(env: Record<string, string>) {
  const parsed = parseConfig(env)
  if (!parsed.ok) throw new Error(parsed.refusal.join('\n'))
  return parsed.value
}

function errorsOf(env: Record<string, string>): string[] {
  const parsed = parseConfig(env)
  return parsed.ok ? [] : parsed.refusal
}
