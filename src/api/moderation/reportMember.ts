import type { Server } from '../../lexicon/index.js'
import { reportMember as report } from '../../moderation/report.js'
import { CATEGORIES } from '../../moderation/vocabulary.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, didOf, oneOf } from '../decode.js'

export function reportMember(server: Server, ctx: Context) {
  server.blue.catbird.mls.reportMember({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { convoId, did, category, encryptedContent, messageIds = [] } = input.body
      const reportId = await report(ctx, {
        convoId: convoIdOf(convoId),
        reporter: auth.credentials.did,
        subject: didOf(did),
        category: oneOf('category', category, CATEGORIES),
        encryptedContent,
        messageIds,
      })
      return { encoding: 'application/json', body: { reportId } }
    },
  })
}
