import express, { type Request, type RequestHandler } from 'express'
import { mintDevelopmentToken } from '../../auth/index.js'
import type { Config } from '../../config/index.js'
import { InvalidRequestError } from '../../errors.js'
import { isLoopback } from '../../lib/loopback.js'
import { readJson } from '../read-body.js'
import { LOCAL_PEOPLE, localPerson } from './people.js'
import { ownPageOnly } from './own-page.js'

const BODY_MAX_BYTES = 1024

/**
 * `/dev`: signs the browser chat in as one of a few local people, by development tokens, each for one call.
 * Undefined in production, on a `HOST` that others reach, and without a secret: then there is nothing.
 */
export function developmentSignIn(
  { mode, service, secrets }: Config,
  { limit, methods }: SignInOptions,
): RequestHandler | undefined {
  const secret = secrets.jwtSecret
  if (mode === 'production' || !isLoopback(service.host) || secret === undefined) return undefined
  const router = express.Router()
  router.use(ownPageOnly, limit)
  router.get('/people', (_req, res) => {
    res.json({ people: LOCAL_PEOPLE })
  })
  router.post('/token', (req, res, next) => {
    readWish(req, methods).then(
      (wish) => res.json({ token: tokenFor(wish, { secret, aud: service.did }) }),
      next,
    )
  })
  return router
}

async function readWish(req: Request, methods: SignInOptions['methods']) {
  // Of another type a page may send it without asking first.
  if (!req.is('application/json')) throw new InvalidRequestError('The body must be JSON')
  const { did, lxm } = ((await readJson(req, BODY_MAX_BYTES)) ?? {}) as Record<string, unknown>
  const person = localPerson(did)
  if (person === undefined) throw new InvalidRequestError('did must be one of GET /dev/people')
  if (typeof lxm !== 'string' || !methods.has(lxm)) {
    throw new InvalidRequestError('lxm must be a method of this service')
  }
  return { did: person, lxm }
}

function tokenFor(
  wish: Awaited<ReturnType<typeof readWish>>,
  { secret, aud }: { secret: string; aud: string },
): string {
  // The end of the running second: no token is taken from before the service started.
  const nowMs = Math.ceil(Date.now() / 1000) * 1000
  return mintDevelopmentToken({ secret, aud, ...wish, nowMs })
}

export interface SignInOptions {
  limit: RequestHandler
  /** By NSID. */
  methods: ReadonlyMap<string, unknown>
}
