import { randomBytes, randomUUID } from 'node:crypto'
import { upload } from '../client-blobs.js'
import { leasePackages } from '../client-convo.js'
import type { ClientDevice } from '../client-device.js'
import { TestGroup } from '../mls/index.js'
import { createPushKeys } from '../push-servers.js'
import { SseReader } from '../sse-reader.js'
import { ADMINS, ANYBODY, type Cells, cells, EVER_THERE, MEMBERS, type Role } from './roles.js'
import type { Scene } from './scene.js'

/**
 * One row a method, one cell a role: how a call by it ends that is right in all else. A method of the
 * lexicons that has no row fails the test. `call` makes the call as its role; what others do to make it
 * possible is done in it before.
 */
export const ROWS: Record<string, Row> = {
  // The conversation as a whole
  createConvo: {
    cells: { ...ANYBODY, deleted: 'DeviceUnknown' },
    call: async ({ api, mls }) => {
      const group = await TestGroup.create(mls, randomBytes(16))
      return api.procedure('createConvo', { genesis: await group.groupInfo() })
    },
  },
  addMembers: {
    cells: { ...MEMBERS, deleted: 'InvalidCommit' },
    changes: true,
    call: async ({ api }, role, scene) => {
      const guest = await scene.stage.device()
      const change = await scene.commit(role, async ({ api: door, group, convoId }) => ({
        add: await leasePackages(door, group, convoId, [guest.did]),
      }))
      return api.procedure('addMembers', { convoId: scene.convoId, change })
    },
  },
  removeMembers: {
    cells: { ...ADMINS, moderator: 'ok', deleted: 'InvalidCommit' },
    changes: true,
    call: async ({ api }, role, scene) => {
      const target = ({ admin: 'blocked', request: 'member' } as const)[role as string] ?? 'request'
      const change = await scene.commit(role, async ({ group }) => ({
        remove: group.leavesOf(scene.didOf(target)),
      }))
      return api.procedure('removeMembers', { convoId: scene.convoId, change })
    },
  },
  submitCommit: {
    cells: { ...MEMBERS, deleted: 'InvalidCommit' },
    call: async ({ api }, role, scene) => {
      const change = await scene.commit(role)
      return api.procedure('submitCommit', { convoId: scene.convoId, change })
    },
  },
  joinConvo: {
    cells: { ...MEMBERS, deleted: 'DeviceUnknown' },
    changes: true,
    call: async ({ api }, role, scene) => {
      const change = await scene.externalCommit(role)
      return api.procedure('joinConvo', { convoId: scene.convoId, change })
    },
  },
  resetConvo: {
    cells: ADMINS,
    changes: true,
    call: async ({ api, mls }, _role, { convoId }) => {
      const group = await TestGroup.create(mls, randomBytes(16))
      return api.procedure('resetConvo', { convoId, genesis: await group.groupInfo() })
    },
  },
  leaveConvo: {
    cells: EVER_THERE,
    changes: true,
    call: ({ api }, _role, { convoId }) => api.procedure('leaveConvo', { convoId }),
  },
  updateConvo: {
    cells: ADMINS,
    call: ({ api }, _role, { convoId }) =>
      api.procedure('updateConvo', { convoId, metadata: { name: 'Cats' } }),
  },
  setMemberRole: {
    cells: ADMINS,
    call: ({ api }, _role, scene) =>
      api.procedure('setMemberRole', {
        convoId: scene.convoId,
        did: scene.didOf('member'),
        role: 'member',
      }),
  },

  // What an account decides for itself
  acceptConvo: {
    cells: MEMBERS,
    changes: true,
    call: ({ api }, _role, { convoId }) => api.procedure('acceptConvo', { convoId }),
  },
  muteConvo: {
    cells: MEMBERS,
    call: ({ api }, _role, { convoId }) => api.procedure('muteConvo', { convoId }),
  },
  unmuteConvo: {
    cells: MEMBERS,
    call: ({ api }, _role, { convoId }) => api.procedure('unmuteConvo', { convoId }),
  },
  updateCursor: {
    cells: MEMBERS,
    call: ({ api }, _role, { convoId }) => api.procedure('updateCursor', { convoId, seq: 1 }),
  },
  blockAccount: {
    cells: ANYBODY,
    call: ({ api }) => api.procedure('blockAccount', { did: NOBODY }),
  },
  unblockAccount: {
    cells: ANYBODY,
    call: ({ api }) => api.procedure('unblockAccount', { did: NOBODY }),
  },
  getBlocks: { cells: ANYBODY, call: ({ api }) => api.query('getBlocks') },

  // Invites
  createInvite: {
    cells: ADMINS,
    call: ({ api }, _role, { convoId }) => api.procedure('createInvite', { convoId }),
  },
  getInvites: {
    cells: MEMBERS,
    call: ({ api }, _role, { convoId }) => api.query('getInvites', { convoId }),
  },
  revokeInvite: {
    cells: { ...ADMINS, outsider: 'InviteNotFound' },
    call: async ({ api }, _role, scene) => {
      const { inviteId } = await invite(scene)
      return api.procedure('revokeInvite', { inviteId })
    },
  },
  previewInvite: {
    cells: ANYBODY,
    call: async ({ api }, _role, scene) => {
      const { secret } = await invite(scene)
      return api.procedure('previewInvite', { secret: secret! })
    },
  },

  // Attachments, of the admin
  uploadBlob: {
    cells: MEMBERS,
    call: ({ api }, _role, { convoId }) => upload(api, convoId, randomBytes(32)),
  },
  getBlob: {
    cells: { ...EVER_THERE, left: 'BlobNotFound', removed: 'BlobNotFound' },
    call: async ({ api }, _role, scene) => {
      const { convoId } = scene
      const { blobId } = await upload(scene.as('admin').api, convoId, randomBytes(32))
      return api.send('GET', 'getBlob', { params: { convoId, blobId } })
    },
  },
  deleteBlob: {
    cells: cells(
      'ConvoNotFound Forbidden Forbidden Forbidden ok NotMember NotMember Forbidden Forbidden',
    ),
    call: async ({ api }, _role, scene) => {
      const { convoId } = scene
      const { blobId } = await upload(scene.as('admin').api, convoId, randomBytes(32))
      return api.send('POST', 'deleteBlob', { input: { convoId, blobId } })
    },
  },

  // Reports
  reportMember: {
    cells: EVER_THERE,
    call: ({ api }, role, scene) => report(api, role, scene),
  },
  getReports: {
    cells: { ...ADMINS, moderator: 'ok' },
    call: ({ api }, _role, { convoId }) => api.query('getReports', { convoId }),
  },
  resolveReport: {
    cells: {
      ...everybody('NotAdmin'),
      outsider: 'ReportNotFound',
      left: 'ReportNotFound',
      removed: 'ReportNotFound',
      moderator: 'ok',
      admin: 'ok',
    },
    call: async ({ api }, role, scene) => {
      const { reportId } = await report(scene.as('request').api, role, scene)
      return api.procedure('resolveReport', { reportId, action: 'dismissed' })
    },
  },

  // Reading
  getConvos: { cells: ANYBODY, call: ({ api }) => api.query('getConvos') },
  getConvo: {
    cells: EVER_THERE,
    call: ({ api }, _role, { convoId }) => api.query('getConvo', { convoId }),
  },
  getConvoHealth: {
    cells: { ...MEMBERS, deleted: 'DeviceUnknown' },
    call: ({ api }, _role, { convoId }) =>
      api.query('getConvoHealth', { convoId, deviceId: 'phone' }),
  },
  getMembers: {
    cells: MEMBERS,
    call: ({ api }, _role, { convoId }) => api.query('getMembers', { convoId }),
  },
  getGroupInfo: {
    cells: MEMBERS,
    call: ({ api }, _role, { convoId }) => api.query('getGroupInfo', { convoId }),
  },
  getEpoch: {
    cells: MEMBERS,
    call: ({ api }, _role, { convoId }) => api.query('getEpoch', { convoId }),
  },
  getCommits: {
    cells: EVER_THERE,
    call: ({ api }, _role, { convoId }) => api.query('getCommits', { convoId, fromEpoch: 0 }),
  },
  getMessages: {
    cells: EVER_THERE,
    call: ({ api }, _role, { convoId }) => api.query('getMessages', { convoId }),
  },

  // Messages: a token names an account, so that a deleted device cannot be told from another one
  sendMessage: {
    cells: MEMBERS,
    changes: true,
    call: async ({ api }, role, scene) => {
      const convo = await scene.convoOf(role)
      if (convo.api === api) return convo.send('hello')
      const { group, convoId } = convo
      const message = { convoId, epoch: group.epoch, ciphertext: await group.encrypt('hello') }
      return api.procedure('sendMessage', { ...message, msgId: randomUUID() })
    },
  },

  // Welcomes
  getWelcomes: {
    cells: { ...ANYBODY, deleted: 'DeviceUnknown' },
    call: ({ api }) => api.query('getWelcomes', { deviceId: 'phone' }),
  },
  ackWelcome: {
    // The welcome is that of the request alone.
    cells: { ...everybody('WelcomeNotFound'), request: 'ok' },
    call: async ({ api }, _role, scene) => {
      const { welcome_id: welcomeId } = await scene.stage.db
        .selectFrom('welcomes')
        .select('welcome_id')
        .where('convo_id', '=', scene.convoId as never)
        .where('did', '=', scene.didOf('request') as never)
        .executeTakeFirstOrThrow()
      return api.procedure('ackWelcome', { welcomeId, outcome: 'joined' })
    },
  },

  // Streams
  getSubscriptionTicket: {
    cells: { ...MEMBERS, deleted: 'DeviceUnknown' },
    call: ({ api }, _role, { convoId }) =>
      api.procedure('getSubscriptionTicket', { convoId, deviceId: 'phone' }),
  },
  subscribeConvoEvents: {
    cells: MEMBERS,
    call: async ({ api }, _role, { convoId }) => (await api.subscribe({ convoId })).close(),
  },
  streamConvoEvents: {
    cells: MEMBERS,
    call: async ({ api }, _role, { convoId }) => {
      const nsid = 'blue.catbird.mls.streamConvoEvents'
      const params = { convoId }
      const reader = await SseReader.open(`${api.url}/xrpc/${nsid}`, {
        holder: await api.token(nsid),
        params,
      })
      return reader[Symbol.asyncDispose]()
    },
  },

  // Devices and key packages
  registerDevice: {
    cells: { ...ANYBODY, deleted: 'DeviceUnknown' },
    call: ({ api, mls }) =>
      api.procedure('registerDevice', { deviceId: 'phone', signaturePublicKey: mls.publicKey }),
  },
  listDevices: {
    cells: ANYBODY,
    call: ({ api }, _role, scene) => api.query('listDevices', { did: scene.didOf('admin') }),
  },
  deleteDevice: {
    // Of somebody else's: each account has devices of its own only.
    cells: everybody('DeviceNotFound'),
    call: async ({ api }, _role, scene) => {
      const other = await scene.stage.service.device(
        'tablet',
        scene.as('admin').api.account as never,
      )
      const { publicKey: signaturePublicKey } = other.mls
      const deviceId = `tablet-${randomUUID()}`
      await other.api.procedure('registerDevice', { deviceId, signaturePublicKey })
      if (api.did !== other.did) return api.procedure('deleteDevice', { deviceId })
      await api.procedure('deleteDevice', { deviceId })
      return api.procedure('deleteDevice', { deviceId: `tablet-${randomUUID()}` })
    },
  },
  publishKeyPackage: {
    cells: { ...ANYBODY, deleted: 'DeviceUnknown' },
    call: async ({ api, mls }) => {
      const { bytes } = await mls.keyPackage()
      return api.procedure('publishKeyPackage', { keyPackage: bytes })
    },
  },
  publishKeyPackages: {
    cells: { ...ANYBODY, deleted: 'DeviceUnknown' },
    call: async ({ api, mls }) => {
      const packages = await mls.keyPackages(2)
      return api.procedure('publishKeyPackages', {
        keyPackages: packages.map(({ bytes }) => bytes),
      })
    },
  },
  getKeyPackages: {
    cells: ANYBODY,
    call: ({ api }, _role, scene) => api.query('getKeyPackages', { dids: [scene.didOf('admin')] }),
  },
  getAvailability: {
    cells: ANYBODY,
    call: ({ api }, _role, scene) => api.query('getAvailability', { dids: [scene.didOf('admin')] }),
  },
  getKeyPackageStatus: { cells: ANYBODY, call: ({ api }) => api.query('getKeyPackageStatus') },
  syncKeyPackages: {
    cells: { ...ANYBODY, deleted: 'DeviceUnknown' },
    call: ({ api }, role) =>
      api.procedure('syncKeyPackages', {
        deviceId: role === 'deleted' ? 'phone' : 'spare',
        keyPackageRefs: [],
      }),
  },

  registerPush: {
    cells: { ...ANYBODY, deleted: 'DeviceUnknown' },
    call: ({ api }) => api.procedure('registerPush', pushToken()),
  },
  unregisterPush: {
    cells: ANYBODY,
    call: ({ api }) => api.procedure('unregisterPush', pushToken()),
  },

  // The account and the service
  describeServer: { cells: ANYBODY, call: ({ api }) => api.query('describeServer') },
  exportAccountData: { cells: ANYBODY, call: ({ api }) => api.send('GET', 'exportAccountData') },
  deleteAccount: {
    cells: ANYBODY,
    changes: 'everybody',
    call: ({ api }) => api.procedure('deleteAccount'),
  },
}

/** No account of any test. */
const NOBODY = `did:plc:${'n'.repeat(24)}`

/** Of a browser whose push service nobody can reach. */
function pushToken() {
  const keys = {
    p256dh: createPushKeys().publicKey,
    auth: randomBytes(16).toString('base64url'),
  }
  const token = JSON.stringify({ endpoint: 'https://push.invalid/1', keys })
  return { deviceId: 'phone', platform: 'web', token }
}

function everybody(outcome: string): Cells {
  return cells(Array(9).fill(outcome).join(' '))
}

/** By `api`, of somebody else; each with words of its own, since the same again is the same report. */
function report(api: ClientDevice['api'], role: Role, scene: Scene) {
  const did = scene.didOf(role === 'admin' ? 'member' : 'admin')
  const encryptedContent = randomBytes(16)
  return api.procedure('reportMember', {
    convoId: scene.convoId,
    did,
    category: 'spam',
    encryptedContent,
  })
}

async function invite(scene: Scene) {
  const { convoId } = scene
  return (await scene.as('admin').api.procedure('createInvite', { convoId })).invite
}

export interface Row {
  cells: Cells
  /**
   * The calls that succeed change what others may do: the next row gets another scene; or other people,
   * where these cannot play again.
   */
  changes?: true | 'everybody'
  call(caller: ClientDevice, role: Role, scene: Scene): Promise<unknown>
}
