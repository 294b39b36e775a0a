import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HttpApp, serveApp } from '../../support/http-app.js'

let directory: string
let app: HttpApp
let bare: HttpApp
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'docs-'))
  mkdirSync(join(directory, 'docs/reference'), { recursive: true })
  writeFileSync(join(directory, 'docs/index.html'), '<!doctype html><title>docs</title>')
  writeFileSync(join(directory, 'docs/reference/getConvo.html'), '<!doctype html><title>m</title>')
  writeFileSync(join(directory, 'docs/llms.txt'), '# Catbird MLS')
  writeFileSync(join(directory, 'secret'), 'beside')
  app = await serveDocs(join(directory, 'docs'))
  bare = await serveDocs(join(directory, 'nowhere'))
})
afterAll(async () => {
  for (const each of [app, bare]) await each[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

test('the documentation is served in production, under a strict policy', async () => {
  const page = await app.ask('GET', '/docs/')
  expect(page).toMatchObject({ status: 200, text: '<!doctype html><title>docs</title>' })
  expect(page.headers).toMatchObject({
    'content-type': expect.stringMatching(/^text\/html/) as string,
    'cache-control': 'public, max-age=600',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  expect(await app.ask('GET', '/docs/reference/getConvo.html')).toMatchObject({ status: 200 })
})

test('its own names lead there', async () => {
  for (const [from, to] of [
    ['/docs', '/docs/'],
    ['/llms.txt', '/docs/llms.txt'],
  ] as const) {
    expect(await app.ask('GET', from)).toMatchObject({ status: 308, headers: { location: to } })
  }
  expect(await app.ask('GET', '/docs/llms.txt')).toMatchObject({
    status: 200,
    text: '# Catbird MLS',
  })
})

test('nothing else is served: no other file, no list of a directory, nothing where nothing is built', async () => {
  for (const path of [
    '/docs/../secret',
    '/docs/%2e%2e/secret',
    '/docs/nothing',
    '/docs/reference/',
  ]) {
    expect(await app.ask('GET', path), path).toMatchObject({ status: 404 })
  }
  expect(await bare.ask('GET', '/docs/')).toMatchObject({ status: 404 })
  expect(await app.ask('POST', '/docs/')).toMatchObject({ status: 404 })
})

function serveDocs(docsDirectory: string): Promise<HttpApp> {
  const env = { NODE_ENV: 'production', SERVICE_DID: 'did:web:mls.example.com' }
  return serveApp(env, (config) => ({ ...config, service: { ...config.service, docsDirectory } }))
}
