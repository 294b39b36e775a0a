import { type Fault, forgiving, inAnswers, type Json } from '../fault.js'

/** What goes wrong with conversations, their commits and who is in them. */
export const convoFaults: Fault[] = [
  {
    name: 'old-epoch',
    does: 'answers the epoch before the current one',
    caughtBy: ['conversations.epoch-agrees'],
    begin: () =>
      inAnswers('getEpoch', (json) => {
        json.currentEpoch = Math.max(0, json.currentEpoch - 1)
      }),
  },
  {
    name: 'old-group-info',
    does: 'answers the first GroupInfo that it saw of a conversation for ever',
    caughtBy: ['conversations.join-externally'],
    begin() {
      const first = new Map<string, Json>()
      return inAnswers('getGroupInfo', (json, { params }) => {
        const convoId = params.get('convoId')!
        if (!first.has(convoId)) first.set(convoId, { ...json })
        Object.assign(json, first.get(convoId))
      })
    },
  },
  {
    name: 'ghost-member',
    does: 'goes on to list members that are none any more',
    caughtBy: ['conversations.leave', 'conversations.who-may-remove'],
    begin() {
      const seen = new Map<string, Map<string, Json>>()
      const remember = (convoId: string, members: Json[]) => {
        const known = seen.get(convoId) ?? new Map<string, Json>()
        for (const member of members) known.set(member.did as string, member)
        seen.set(convoId, known)
        return [...known.values()]
      }
      return {
        answer({ method, params }, { json, status }) {
          if (status !== 200) return undefined
          const convo = json?.convo
          if (convo !== undefined) remember(convo.convoId as string, convo.members as Json[])
          if (method === 'getMembers') {
            json.members = remember(params.get('convoId')!, json.members as Json[])
          }
          return undefined
        },
      }
    },
  },
  {
    name: 'two-winners',
    does: 'tells who lost an epoch that its commit was accepted',
    caughtBy: ['commits.one-per-epoch', 'commits.losers-rebuild'],
    begin: () => forgiving(/^EpochMismatch$/, () => ({ success: true, newEpoch: 2, seq: 2 })),
  },
  {
    name: 'lose-commit',
    does: 'leaves out the last commit where all are asked for',
    caughtBy: ['commits.complete'],
    begin: () =>
      inAnswers('getCommits', (json) => {
        json.commits = (json.commits as Json[]).slice(0, -1)
      }),
  },
  {
    name: 'accept-hostile-commits',
    does: 'acknowledges commits that it should refuse for what is in them',
    caughtBy: [
      'verification.bytes',
      'verification.content',
      'verification.exact',
      'verification.external',
      'verification.group-info',
      'verification.proposals',
      'verification.welcome',
    ],
    begin: () =>
      forgiving(/^Invalid(?:Commit|GroupInfo|Welcome|MlsMessage|KeyPackage)$/, () => ({
        success: true,
        newEpoch: 2,
        seq: 2,
      })),
  },
  {
    name: 'forget-pending-removals',
    does: 'lets commits pass that leave the leaves of who is gone',
    caughtBy: ['conversations.pending-removals'],
    begin: () => forgiving(/^PendingRemovals$/, () => ({ success: true, newEpoch: 2, seq: 2 })),
  },
  {
    name: 'everybody-is-admin',
    does: 'lets everybody do what is the admins’',
    caughtBy: ['conversations.who-may-change', 'verification.context-extensions'],
    begin: () => forgiving(/^NotAdmin$/, () => ({ success: true, newEpoch: 2, seq: 2 })),
  },
  {
    name: 'tell-strangers',
    does: 'tells a conversation that somebody is not in from one that is not there',
    caughtBy: ['reading.strangers'],
    begin: () => ({
      answer: (_call, { json }) =>
        json?.error === 'ConvoNotFound'
          ? { status: 403, json: { error: 'Forbidden', message: 'you are not in it' } }
          : undefined,
    }),
  },
  {
    name: 'admit-blocked',
    does: 'lets those be added whom a member has blocked',
    caughtBy: ['safety.block'],
    begin: () => forgiving(/^BlockedByMember$/, () => ({ success: true, newEpoch: 2, seq: 2 })),
  },
  {
    name: 'keep-secrets-badly',
    does: 'shows the secrets of invites to all members',
    caughtBy: ['safety.invite'],
    begin() {
      const secrets = new Map<string, string>()
      return {
        answer({ method }, { json, status }) {
          if (status !== 200) return undefined
          if (method === 'createInvite') secrets.set(json.invite.inviteId, json.invite.secret)
          for (const invite of method === 'getInvites' ? (json.invites as Json[]) : []) {
            invite.secret = secrets.get(invite.inviteId as string)
          }
          return undefined
        },
      }
    },
  },
  {
    name: 'name-the-reporter',
    does: 'tells who made a report',
    caughtBy: ['safety.report'],
    begin() {
      const reporters = new Map<string, string>()
      return {
        answer({ method, did }, { json, status }) {
          if (status !== 200) return undefined
          if (method === 'reportMember') reporters.set(json.reportId, did)
          for (const report of method === 'getReports' ? (json.reports as Json[]) : []) {
            report.reportedBy = reporters.get(report.reportId as string)
          }
          return undefined
        },
      }
    },
  },
]
