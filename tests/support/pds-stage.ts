import { startPds } from './pds.js'
import type { PdsAccount, TestPds } from './pds.js'
import { TestClient } from './client.js'
import type { RawCall } from './client.js'
import { until } from './sdk.js'
import { startService } from './service.js'
import type { ServiceOptions, TestService } from './service.js'

/** The service, and a real PDS whose accounts it serves. */
export async function startBehindPds(options: ServiceOptions = {}): Promise<PdsStage> {
  await using starting = new AsyncDisposableStack()
  const pds = starting.use(await startPds())
  const env = { PLC_URL: pds.plcUrl, ...options.env }
  const service = starting.use(await startService({ ...options, env }))
  await takesTokens(service, pds)
  const resources = starting.move()
  return { pds, service, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/** A service refuses tokens of the second that it started in, and a PDS rounds down. */
async function takesTokens(service: TestService, pds: TestPds): Promise<void> {
  const account = await pds.createAccount()
  const client = new TestClient(service.url, service.serviceDid, account)
  await until('tokens are taken', () =>
    client.query('getConvos').then(
      () => true,
      () => false,
    ),
  )
}

/** A client whose calls all go to the account's PDS, to be passed on to `serviceId`. */
export class ProxiedClient extends TestClient {
  readonly #serviceId: string

  constructor(
    private readonly owner: PdsAccount,
    serviceDid: string,
  ) {
    super(owner.pds.url, serviceDid, owner)
    this.#serviceId = `${serviceDid}#atproto_mls`
  }

  override send(verb: 'GET' | 'POST', method: string, call: RawCall = {}): Promise<unknown> {
    const headers = { 'atproto-proxy': this.#serviceId, ...call.headers }
    return super.send(verb, method, { bearer: this.owner.session, ...call, headers })
  }
}

export interface PdsStage extends AsyncDisposable {
  pds: TestPds
  service: TestService
}
