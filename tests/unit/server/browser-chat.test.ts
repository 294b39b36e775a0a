import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpApp, serveApp } from '../../support/http-app.js'

const PAGE = '<!doctype html><title>chat</title>'

let directory: string
let built: HttpApp
let bare: HttpApp
let production: HttpApp
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'chat-'))
  mkdirSync(join(directory, 'dist/assets'), { recursive: true })
  mkdirSync(join(directory, 'dist/health'))
  writeFileSync(join(directory, 'dist/index.html'), PAGE)
  writeFileSync(join(directory, 'dist/assets/index-abc123.js'), 'void 0')
  writeFileSync(join(directory, 'dist/health/live'), 'a file of the chat')
  writeFileSync(join(directory, 'dist/.hidden'), 'hidden')
  writeFileSync(join(directory, 'secret'), 'beside')
  built = await serveChat(join(directory, 'dist'))
  bare = await serveChat(join(directory, 'nowhere'))
  production = await serveApp({ NODE_ENV: 'production', SERVICE_DID: 'did:web:mls.example.com' })
})
afterAll(async () => {
  for (const app of [built, bare, production]) await app[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

describe('the browser chat', () => {
  test('is at / and asked for anew each time', async () => {
    const page = await built.ask('GET', '/')
    expect(page).toMatchObject({ status: 200, text: PAGE })
    expect(page.headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/html/),
      'cache-control': 'no-cache',
      'x-frame-options': 'SAMEORIGIN',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    const etag = String(page.headers.etag)
    expect((await built.ask('GET', '/', { 'if-none-match': etag })).status).toBe(304)
  })

  test('runs its own scripts alone, and is framed by itself alone', async () => {
    const { headers } = await built.ask('GET', '/')
    const policy = String(headers['content-security-policy']).split('; ')
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
      ]),
    )
    expect(policy.join()).not.toMatch(/unsafe|\*(?!$|[ ;,])(?<!:\*)/)
  })

  test('has files that are kept for ever, since their names change with them', async () => {
    const file = await built.ask('GET', '/assets/index-abc123.js')
    expect(file).toMatchObject({ status: 200, text: 'void 0' })
    expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  test.each(['/.hidden', '/../secret', '/%2e%2e/secret', '/..%2fsecret', '/%', '/assets/'])(
    'gives nothing for %s',
    async (path) => {
      const answer = await built.ask('GET', path)
      expect(answer.status).toBe(404)
      expect(answer.text).not.toMatch(/hidden|beside/)
    },
  )

  test('stands behind what the service answers itself', async () => {
    expect(await built.ask('GET', '/health/live')).toMatchObject({ status: 200, text: 'OK' })
    expect((await built.ask('GET', '/xrpc/blue.catbird.mls.noSuchMethod')).status).toBe(501)
  })

  test('that is not built says how to', async () => {
    const answer = await bare.ask('GET', '/')
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    expect(answer.text).toContain('npm run build:demo')
    expect((await bare.ask('GET', '/other')).text).not.toContain('build:demo')
  })

  test('is not served in production', async () => {
    const answer = await production.ask('GET', '/')
    expect(answer.status).toBe(404)
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'NotFound' })
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'/)
  })
})

function serveChat(chatDirectory: string): Promise<HttpApp> {
  return serveApp({}, (config) => ({
    ...config,
    service: { ...config.service, chatDirectory },
  }))
}
