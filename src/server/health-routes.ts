import { type RequestHandler, type Response, Router } from 'express'
import type { Findings } from './health.js'

/**
 * For load balancers and people. `live`: the process answers. `ready`: it can serve, and is not
 * stopping. `/health`: what it stands on, in detail.
 */
export function healthRoutes({ version, findings, draining }: HealthOptions): Router {
  const router = Router()
  const examined = (answer: (checks: Findings, res: Response) => void): RequestHandler => {
    // Nothing to catch: `findings` never rejects.
    return (_req, res) => void findings().then((checks) => answer(checks, res))
  }
  router.get(
    '/health',
    examined((checks, res) => {
      const well = Object.values(checks).every((finding) => finding !== 'unhealthy')
      res.status(well ? 200 : 503).json({
        status: well ? 'healthy' : 'unhealthy',
        timestamp: Math.floor(Date.now() / 1000),
        version,
        checks,
      })
    }),
  )
  router.get('/health/live', (_req, res) => {
    res.type('text/plain').send('OK')
  })
  router.get(
    '/health/ready',
    examined((checks, res) => {
      const database = checks.database === 'healthy'
      const ready = database && !draining.aborted
      res.status(ready ? 200 : 503).json({ ready, checks: { database } })
    }),
  )
  router.get('/xrpc/_health', (_req, res) => {
    res.json({ version })
  })
  return router
}

export interface HealthOptions {
  version: string
  /** Never rejects. */
  findings: () => Promise<Findings>
  /** Fires when the process begins to stop. */
  draining: AbortSignal
}
