import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import express, { type RequestHandler, type Response } from 'express'
import type { Config } from '../config/index.js'

const ONE_YEAR_S = 31_536_000
/** Their names carry a hash of what is in them. */
const HASHED = `${sep}assets${sep}`

const HOW_TO_BUILD = `The browser chat is not built. Build it, then load this page again:

    npm run build:demo
`

/**
 * The browser chat at `/`, as far as it is built; undefined where it is not served. It comes after
 * everything else that has a path.
 */
export function browserChat({ service }: Config): RequestHandler[] | undefined {
  const { chatDirectory } = service
  if (chatDirectory === undefined) return undefined
  const files = express.static(chatDirectory, {
    cacheControl: false,
    redirect: false,
    setHeaders: (res: Response, path) => pageHeaders(res, path.includes(HASHED)),
  })
  return [files, notBuilt]
}

export function isChatBuilt(directory: string): boolean {
  return existsSync(join(directory, 'index.html'))
}

const notBuilt: RequestHandler = (req, res, next) => {
  if (req.path !== '/' || req.method !== 'GET') return next()
  res.status(404).type('text/plain').send(HOW_TO_BUILD)
}

/**
 * It runs its own scripts alone, and may be framed by itself: two people side by side. Besides this service
 * it speaks to the servers of accounts that sign in, which are anywhere, in development on this machine too.
 */
function pageHeaders(res: Response, hashed: boolean): void {
  res.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY)
  res.setHeader('X-Frame-Options', 'SAMEORIGIN')
  res.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  res.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  res.setHeader('Cache-Control', hashed ? `public, max-age=${ONE_YEAR_S}, immutable` : 'no-cache')
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "connect-src 'self' https: http://localhost:* http://127.0.0.1:* ws://localhost:* ws://127.0.0.1:*",
  "frame-src 'self'",
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
].join('; ')
