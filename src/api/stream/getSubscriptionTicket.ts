import { latestMembership, requireMember } from '../../convo/members.js'
import { requireLiveDevice } from '../../devices/live.js'
import type { Server } from '../../lexicon/index.js'
import type { ConvoId, DeviceId } from '../../lib/ids.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, deviceIdOf } from '../decode.js'

export function getSubscriptionTicket(server: Server, ctx: Context) {
  const endpoint = streamEndpoint(ctx.config.service.publicUrl)
  server.blue.catbird.mls.getSubscriptionTicket({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { did } = auth.credentials
      const holder: { deviceId?: DeviceId; convoId?: ConvoId } = {}
      if (input.body.deviceId !== undefined) {
        holder.deviceId = deviceIdOf(input.body.deviceId)
        await requireLiveDevice(ctx.db, did, holder.deviceId)
      }
      if (input.body.convoId !== undefined) {
        holder.convoId = convoIdOf(input.body.convoId)
        requireMember(await latestMembership(ctx.db, holder.convoId, did))
      }
      const { ticket, expiresAt } = await ctx.auth.tickets.issue({ did, ...holder })
      const body = { ticket, endpoint, expiresAt: expiresAt.toISOString() }
      return { encoding: 'application/json', body }
    },
  })
}

/** `http` and `https` become `ws` and `wss`; what opens an event source puts them back. */
function streamEndpoint(publicUrl: string): string {
  return `${publicUrl.replace(/^http/, 'ws')}/xrpc/blue.catbird.mls.subscribeConvoEvents`
}
