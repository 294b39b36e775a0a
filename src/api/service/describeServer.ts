import { SERVICE_FRAGMENT } from '../../auth/index.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'

export function describeServer(server: Server, ctx: Context) {
  const { service, limits, mls, identity, push } = ctx.config
  const body = {
    did: service.did,
    serviceId: service.did + SERVICE_FRAGMENT,
    version: service.version,
    cipherSuites: [...ctx.suites],
    publicUrl: service.publicUrl,
    limits: { ...limits, keyPackageLeaseSeconds: mls.keyPackageLeaseSeconds },
    commitFraming: mls.commitFraming,
    epochGrace: mls.epochGrace,
    requiresDeviceRecords: identity.requireDeviceRecords,
    ...(ctx.push.platforms.length > 0 && {
      push: {
        platforms: [...ctx.push.platforms],
        ...(push.vapid && { vapidPublicKey: push.vapid.publicKey }),
      },
    }),
  }
  server.blue.catbird.mls.describeServer({
    auth: ctx.auth.none,
    handler: async () => ({ encoding: 'application/json', body }),
  })
}
