import cors from 'cors'
import { RATE_HEADERS } from '../limits/admit.js'

const PREFLIGHT_MAX_AGE_S = 86_400

/**
 * Any page may call: requests are authorised by a token that the page itself holds, never by a
 * cookie, so there is nothing that another origin could ride on.
 */
export const allowBrowsers = cors({
  origin: '*',
  methods: ['GET', 'POST'],
  maxAge: PREFLIGHT_MAX_AGE_S,
  exposedHeaders: [
    'Content-Length',
    ...RATE_HEADERS,
    'WWW-Authenticate',
    'X-Request-Id',
    'atproto-repo-rev',
    'atproto-content-labelers',
  ],
})
