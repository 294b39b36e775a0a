/**
 * A PLC directory and a PDS, as their makers publish them, on free loopback ports. Runs under a Node of
 * its own (`PDS_NODE`) and answers its parent over IPC: `{id, method, params}` gets `{id, result}` or
 * `{id, error}`. Ends with its parent.
 */
import { createRequire } from 'node:module'
import { Server } from 'node:net'
import process from 'node:process'

// Both listen on a port alone, which is every interface of the machine.
const { listen } = Server.prototype
Server.prototype.listen = function (port, ...rest) {
  const place = typeof port === 'number' ? { port, host: '127.0.0.1' } : port
  return listen.call(this, place, ...rest.filter((argument) => typeof argument === 'function'))
}

// Its index loads an AppView, a moderation service and more, which nothing here needs.
const require = createRequire(import.meta.url)
const { TestPlc } = require('@atproto/dev-env/dist/plc.js')
const { TestPds } = require('@atproto/dev-env/dist/pds.js')
const { createServiceJwt } = require('@atproto/xrpc-server')
const { Secp256k1Keypair } = require('@atproto/crypto')
const { LexResolver } = require('@atproto/lex-resolver')
const { IncludeScope } = require('@atproto/oauth-scopes')
const { createOp } = require('@did-plc/lib')

const plc = await TestPlc.create({})
const pds = await TestPds.create({ didPlcUrl: plc.url })

const methods = {
  /** A token by the account's own key with any audience: `getServiceAuth` of this version takes bare DIDs. */
  async serviceToken({ did, aud, lxm }) {
    const keypair = await pds.ctx.actorStore.keypair(did)
    return createServiceJwt({ iss: did, aud, lxm, keypair })
  },
  /** A `did:plc` of a service that is reached at `endpoint` as `#atproto_mls`. */
  async registerService({ endpoint }) {
    const key = await Secp256k1Keypair.create()
    const { op, did } = await createOp({
      signingKey: key.did(),
      handle: 'service.test',
      pds: endpoint,
      rotationKeys: [key.did()],
      signer: key,
    })
    await plc.getClient().sendOperation(did, op)
    await plc.getClient().updateData(did, key, (last) => ({
      ...last,
      services: { atproto_mls: { type: 'AtprotoMlsService', endpoint } },
    }))
    return did
  },
  /** A published lexicon, with its proof, as this PDS would resolve it once the DNS says whose it is. */
  async resolveLexicon({ did, nsid }) {
    const resolver = new LexResolver({
      fetch: globalThis.fetch,
      plcDirectoryUrl: plc.url,
      allowHttp: true,
      hooks: { onResolveAuthority: () => did },
    })
    return (await resolver.get(nsid)).lexicon
  },
  /** The scopes that a client gets by `include:…`, from a permission set. */
  scopesOf({ include, set }) {
    return IncludeScope.fromString(include).toScopes(set)
  },
}

process.on('message', async ({ id, method, params }) => {
  try {
    process.send({ id, result: await methods[method](params) })
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) })
  }
})
process.on('disconnect', () => process.exit())

const { headersTimeout, maxResponseSize } = pds.ctx.cfg.proxy
process.send({ pdsUrl: pds.url, plcUrl: plc.url, proxy: { headersTimeout, maxResponseSize } })
