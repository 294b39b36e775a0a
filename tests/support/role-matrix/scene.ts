import type { ClientConvo } from '../client-convo.js'
import type { ClientDevice } from '../client-device.js'
import type { ConvoStage } from '../convo-stage.js'
import { TestGroup } from '../mls/index.js'
import { type Role, ROLES } from './roles.js'

/** In this order they are added, after the admin, who creates the conversation. */
const ADDED: Role[] = ['request', 'member', 'moderator', 'left', 'removed', 'blocked', 'deleted']
/** Who keeps a device in the tree, and can commit. */
const IN_THE_TREE: Role[] = ['request', 'member', 'moderator', 'admin', 'blocked']

/** One account in each role, with real clients. Those that a scene does not wear out play in the next as well. */
export class Cast {
  readonly #devices = new Map<Role, ClientDevice>()

  constructor(readonly stage: ConvoStage) {}

  /** Everybody is somebody new in the next scene. */
  dismiss(): void {
    this.#devices.clear()
  }

  /** A conversation that has one of each. */
  async play(): Promise<Scene> {
    // Who accepts once has accepted the admin for ever, and a deleted device stays deleted.
    for (const role of ['request', 'deleted'] as const) this.#devices.delete(role)
    await Promise.all(
      ROLES.filter((role) => !this.#devices.has(role)).map((role) => this.#engage(role)),
    )
    const devices = new Map(this.#devices)
    const admin = devices.get('admin')!
    const added = ADDED.map((role) => devices.get(role)!)
    await admin.api.procedure('unblockAccount', { did: devices.get('blocked')!.did })
    const { convoId } = await admin.createConvo(added.map(({ did }) => did))
    await Promise.all(added.map((device) => device.join()))
    const accepting = ADDED.filter((role) => role !== 'request')
    for (const role of accepting) {
      await devices.get(role)!.api.procedure('acceptConvo', { convoId })
    }
    const { did } = devices.get('moderator')!
    await admin.api.procedure('setMemberRole', { convoId, did, role: 'moderator' })
    await admin.api.procedure('blockAccount', { did: devices.get('blocked')!.did })
    await devices.get('left')!.api.procedure('leaveConvo', { convoId })
    await devices.get('deleted')!.api.procedure('deleteDevice', { deviceId: 'phone' })
    const { group } = admin.convo(convoId)
    const gone = (['left', 'removed', 'deleted'] as const).map((role) => devices.get(role)!.did)
    await admin.convo(convoId).update({ remove: gone.flatMap((who) => group.leavesOf(who)) })
    return new Scene(this.stage, convoId, devices)
  }

  /** A device, and a second one that is in no conversation. */
  async #engage(role: Role): Promise<void> {
    const device = await this.stage.device()
    const spare = await this.stage.service.device('spare', device.api.account as never)
    const { publicKey: signaturePublicKey } = spare.mls
    // Without packages, so that nobody adds it.
    await spare.api.procedure('registerDevice', { deviceId: 'spare', signaturePublicKey })
    this.#devices.set(role, device)
  }
}

/** What the calls of a matrix are made of. */
export class Scene {
  constructor(
    readonly stage: ConvoStage,
    readonly convoId: string,
    private readonly devices: ReadonlyMap<Role, ClientDevice>,
  ) {}

  as(role: Role): ClientDevice {
    return this.devices.get(role)!
  }

  didOf(role: Role): string {
    return this.as(role).did
  }

  /** What the role has of the conversation, up to date; the admin's for who has nothing. */
  async convoOf(role: Role): Promise<ClientConvo> {
    const convo = this.as(IN_THE_TREE.includes(role) ? role : 'admin').convo(this.convoId)
    await convo.catchUp()
    return convo
  }

  /** A commit in the current epoch by the role's device, or, where it can make none, one of the admin's. */
  async commit(role: Role, edit: (convo: ClientConvo) => Promise<object> = async () => ({})) {
    const convo = await this.convoOf(role)
    const change = await convo.group.commit(await edit(convo))
    convo.group.drop()
    return change
  }

  /** An external commit by the role's device. */
  async externalCommit(role: Role) {
    const { convoId } = this
    const { groupInfo } = await this.as('admin').api.query('getGroupInfo', { convoId })
    return (await TestGroup.joinExternally(this.as(role).mls, groupInfo)).change
  }
}
