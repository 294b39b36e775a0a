import cors from 'cors'
import type { RequestHandler } from 'express'
import { RATE_HEADERS } from '../limits/admit.js'

const PREFLIGHT_MAX_AGE_S = 86_400

const EXPOSED_HEADERS = [
  'Content-Length',
  ...RATE_HEADERS,
  'WWW-Authenticate',
  'X-Request-Id',
  'atproto-repo-rev',
  'atproto-content-labelers',
].join()

const answerPreflight = cors({
  origin: '*',
  methods: ['GET', 'POST'],
  maxAge: PREFLIGHT_MAX_AGE_S,
})

/**
 * Any page may call: requests are authorised by a token that the page itself holds, never by a
 * cookie, so there is nothing that another origin could ride on.
 */
export const allowBrowsers: RequestHandler = (req, res, next) => {
  res.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS)
  if (req.method === 'OPTIONS') return answerPreflight(req, res, next)
  res.setHeader('Access-Control-Allow-Origin', '*')
  next()
}
