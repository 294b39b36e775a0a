import { ClientDevice } from '../tests/support/client-device.js'
import type { TestPlc } from '../tests/support/plc.js'
import { names } from './printer.js'

/** Three accounts with real signing keys, and their five devices. */
export async function gather(plc: TestPlc, service: Address): Promise<Cast> {
  const device = async (name: string, deviceIds: string[]) => {
    const account = await plc.createAccount()
    names.set(account.did, name)
    return Promise.all(deviceIds.map((deviceId) => ClientDevice.create(account, deviceId, service)))
  }
  const [phone, laptop] = (await device('alice', ['phone', 'laptop'])) as Pair
  const [bob, tablet] = (await device('bob', ['phone', 'tablet'])) as Pair
  const [carol] = (await device('carol', ['phone'])) as [ClientDevice]
  return { phone, laptop, bob, tablet, carol, all: [phone, laptop, bob, tablet, carol] }
}

type Address = { url: string; serviceDid: string }
type Pair = [ClientDevice, ClientDevice]

export interface Cast {
  /** Alice's. */
  phone: ClientDevice
  laptop: ClientDevice
  bob: ClientDevice
  tablet: ClientDevice
  carol: ClientDevice
  all: ClientDevice[]
}
