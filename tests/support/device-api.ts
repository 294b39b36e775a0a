import { ackWelcome } from '../../src/api/welcomes/ackWelcome.js'
import { getWelcomes } from '../../src/api/welcomes/getWelcomes.js'
import { deleteDevice } from '../../src/api/devices/deleteDevice.js'
import { listDevices } from '../../src/api/devices/listDevices.js'
import { registerDevice } from '../../src/api/devices/registerDevice.js'
import { getKeyPackages } from '../../src/api/keys/getKeyPackages.js'
import { getKeyPackageStatus } from '../../src/api/keys/getKeyPackageStatus.js'
import { publishKeyPackage } from '../../src/api/keys/publishKeyPackage.js'
import { publishKeyPackages } from '../../src/api/keys/publishKeyPackages.js'
import { syncKeyPackages } from '../../src/api/keys/syncKeyPackages.js'
import { createAuth } from '../../src/auth/index.js'
import { parseConfig } from '../../src/config/index.js'
import { createIdentity } from '../../src/identity/identity.js'
import { createLogger } from '../../src/logger.js'
import { startServer } from '../../src/server/server.js'
import { TestClient } from './client.js'
import { openDeviceDomain, type DeviceDomain, type DomainOptions } from './device-domain.js'
import { createDevice, type TestDevice } from './mls/index.js'
import { startPlc } from './plc.js'

const HANDLERS = [
  registerDevice,
  listDevices,
  deleteDevice,
  publishKeyPackage,
  publishKeyPackages,
  getKeyPackages,
  getKeyPackageStatus,
  syncKeyPackages,
  getWelcomes,
  ackWelcome,
]

/** The methods of devices, key packages and welcomes over HTTP, with real tokens; answers are validated. */
export async function startDeviceApi(options: DomainOptions = {}): Promise<DeviceApi> {
  await using starting = new AsyncDisposableStack()
  const domain = starting.use(await openDeviceDomain(options))
  const plc = starting.use(await startPlc())
  const parsed = parseConfig({ NODE_ENV: 'test', SERVER_PORT: '0', LOG_LEVEL: 'silent' })
  if (!parsed.ok) throw new Error(parsed.refusal.join())
  const config = parsed.value
  const { backend, database } = domain
  const auth = createAuth({
    serviceDid: config.service.did,
    enforceLxm: true,
    enforceJti: true,
    jtiTtlSeconds: config.auth.jtiTtlSeconds,
    identity: createIdentity({ plcUrl: plc.url, allowLocalhost: false }),
    backend,
  })
  const server = starting.use(
    await startServer({
      config,
      logger: createLogger(config),
      database,
      backend,
      limitAddress: (_req, _res, next) => next(),
      limitSignIn: (_req, _res, next) => next(),
      register(registered) {
        const ctx = Object.assign(domain, { auth }) as unknown as Parameters<typeof getWelcomes>[1]
        for (const handler of HANDLERS) handler(registered, ctx)
      },
    }),
  )
  const resources = starting.move()
  return {
    domain,
    async client() {
      return new TestClient(server.url, config.service.did, await plc.createAccount())
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** A device of the client's account; not registered yet. */
export function deviceOf({ did }: TestClient, deviceId = 'phone'): Promise<TestDevice> {
  return createDevice({ did, deviceId })
}

export interface DeviceApi extends AsyncDisposable {
  domain: DeviceDomain
  /** For a new account. */
  client(): Promise<TestClient>
}
