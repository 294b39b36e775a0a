import { decodeMlsMessage } from 'ts-mls'
import { bytesAsJson, bytesIn, type Fault, inAnswers, type Json } from '../fault.js'

/** What goes wrong with devices and key packages. */
export const keyFaults: Fault[] = [
  {
    name: 'leak-key-package',
    does: 'gives the package that it has given to one to everybody',
    caughtBy: ['key-packages.leased-once'],
    begin() {
      const given = new Map<string, Json>()
      return inAnswers('getKeyPackages', (json) => {
        json.keyPackages = (json.keyPackages as Json[]).map((one) => {
          const device = `${one.did}#${one.deviceId}`
          if (!given.has(device)) given.set(device, one)
          return given.get(device)
        })
      })
    },
  },
  {
    name: 'one-device-only',
    does: 'gives packages of one device of each account',
    caughtBy: ['key-packages.every-device'],
    begin: () =>
      inAnswers('getKeyPackages', (json) => {
        const packages = json.keyPackages as Json[]
        const first = (did: Json) => packages.find((one) => one.did === did)
        json.keyPackages = packages.filter((one) => one === first(one.did))
      }),
  },
  {
    name: 'accept-trailing-byte',
    does: 'takes a key package with bytes after it, and forgets them',
    caughtBy: ['key-packages.trailing-byte'],
    begin: () => ({
      call({ method, input }) {
        if (method !== 'publishKeyPackage') return undefined
        const bytes = bytesIn(input.keyPackage)
        const length = decodeMlsMessage(new Uint8Array(bytes), 0)?.[1]
        if (length !== undefined) input.keyPackage = bytesAsJson(bytes.subarray(0, length))
        return undefined
      },
    }),
  },
  {
    name: 'tell-device-names',
    does: 'shows others the names of one’s devices',
    caughtBy: ['devices.others-see-keys-only'],
    begin: () =>
      inAnswers('listDevices', (json) => {
        for (const device of json.devices as Json[]) device.name = 'Phone'
      }),
  },
]
