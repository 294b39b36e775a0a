import { sendMessage as send } from '../../convo/send.js'
import { sendEphemeral } from '../../convo/send-ephemeral.js'
import { InvalidRequestError } from '../../errors.js'
import type { Server } from '../../lexicon/index.js'
import type { Epoch } from '../../lib/ids.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, msgIdOf, oneOf } from '../decode.js'

export function sendMessage(server: Server, ctx: Context) {
  server.blue.catbird.mls.sendMessage({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { ciphertext, epoch, paddedSize } = input.body
      if (paddedSize !== undefined && paddedSize !== ciphertext.length) {
        throw new InvalidRequestError('paddedSize is the length of ciphertext')
      }
      const deliver =
        DELIVERIES[oneOf('delivery', input.body.delivery, ['persistent', 'ephemeral'])]
      const { receivedAt, ...sent } = await deliver(ctx, {
        sender: auth.credentials.did,
        convoId: convoIdOf(input.body.convoId),
        msgId: msgIdOf(input.body.msgId),
        epoch: epoch as Epoch,
        ciphertext,
      })
      const body = { ...sent, receivedAt: receivedAt.toISOString() }
      return { encoding: 'application/json', body }
    },
  })
}

const DELIVERIES = { persistent: send, ephemeral: sendEphemeral }
