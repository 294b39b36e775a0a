import type { RequestListener, ServerResponse } from 'node:http'
import type { Logger } from '../logger.js'
import type { Metrics } from '../metrics.js'
import type { Findings } from './health.js'

/** `/metrics`: what the service counted, and whether what it stands on is there. */
export function metricsEndpoint(
  metrics: Metrics,
  findings: () => Promise<Findings>,
  logger: Logger,
): (res: ServerResponse) => void {
  const up = async () => {
    const { database, redis, migrations } = await findings()
    return {
      database: Number(database === 'healthy'),
      migrations: Number(migrations === 'healthy'),
      ...(redis !== 'disabled' && { redis: Number(redis === 'healthy') }),
    }
  }
  metrics.gaugeBy('dependency_up', 'Whether it answers: 1 or 0', 'dependency', up, 'min')
  return (res) => {
    metrics.scrape().then(
      ({ contentType, text }) => res.writeHead(200, { 'Content-Type': contentType }).end(text),
      (error: unknown) => {
        logger.error({ err: error }, 'metrics could not be read')
        res.writeHead(500).end()
      },
    )
  }
}

/** All that is on a port of its own. */
export function onlyMetrics(answer: (res: ServerResponse) => void): RequestListener {
  return (req, res) => {
    if (req.method === 'GET' && req.url === '/metrics') answer(res)
    else res.writeHead(404).end()
  }
}
