import { describe, expect, test } from 'vitest'
import { atprotoSession } from '../../../packages/client/src/index.js'
import type { AtprotoAgent } from '../../../packages/client/src/index.js'

const NSID = 'blue.catbird.mls.uploadBlob'
const SERVICE = {
  url: 'https://mls.example.com',
  did: 'did:web:mls.example.com',
  serviceId: 'did:web:mls.example.com#atproto_mls',
}

describe('the audience of tokens from the PDS', () => {
  test('names the service entry, as what an OAuth session was granted does', async () => {
    const pds = new FakePds((aud) => aud === SERVICE.serviceId)
    const auth = atprotoSession(pds)
    expect(await auth.token(NSID, SERVICE)).toBe(`${SERVICE.serviceId} ${NSID}`)
    expect(await auth.token(NSID, SERVICE)).toBe(`${SERVICE.serviceId} ${NSID}`)
    expect(pds.asked).toEqual([SERVICE.serviceId, SERVICE.serviceId])
  })

  test('is the bare DID at a PDS that knows no other, which is asked in vain once', async () => {
    const pds = new FakePds((aud) => !aud.includes('#'))
    const auth = atprotoSession(pds)
    expect(await auth.token(NSID, SERVICE)).toBe(`${SERVICE.did} ${NSID}`)
    expect(await auth.token(NSID, SERVICE)).toBe(`${SERVICE.did} ${NSID}`)
    expect(pds.asked).toEqual([SERVICE.serviceId, SERVICE.did, SERVICE.did])
  })

  test('is tried anew after a PDS that was out of order', async () => {
    let broken = true
    const pds = new FakePds((aud) => !broken && aud === SERVICE.serviceId)
    const auth = atprotoSession(pds)
    await expect(auth.token(NSID, SERVICE)).rejects.toMatchObject({ code: 'refused' })
    broken = false
    expect(await auth.token(NSID, SERVICE)).toBe(`${SERVICE.serviceId} ${NSID}`)
  })
})

/** Gives tokens that say what they are for. */
class FakePds implements AtprotoAgent {
  readonly did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
  readonly asked: string[] = []

  constructor(private readonly takes: (aud: string) => boolean) {}

  async fetchHandler(path: string): Promise<Response> {
    const { pathname, searchParams } = new URL(path, 'https://pds.example.com')
    expect(pathname).toBe('/xrpc/com.atproto.server.getServiceAuth')
    const [aud, lxm] = [searchParams.get('aud') ?? '', searchParams.get('lxm')]
    this.asked.push(aud)
    if (!this.takes(aud)) return Response.json({ error: 'InvalidRequest' }, { status: 400 })
    return Response.json({ token: `${aud} ${lxm}` })
  }
}
