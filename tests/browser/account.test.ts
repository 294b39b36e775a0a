import { afterAll, beforeAll, expect, test } from 'vitest'
import { SCOPE } from '../../packages/demo/src/sign-in/scope.js'
import { DID, HANDLE, serveAccount } from '../support/account-server.js'
import { openContext } from '../support/browser.js'
import { type BrowserStage, openStage, pictureAt } from '../support/browser-stage.js'

let stage: BrowserStage
beforeAll(async () => {
  stage = await openStage()
}, 180_000)
afterAll(() => stage?.[Symbol.asyncDispose]())

test('an account signs in at its own server, comes back, stays, and signs out', async () => {
  const { url, serviceDid } = stage.service
  const watched = await openContext(stage.browser, url)
  const server = await serveAccount(watched.context)
  const page = await watched.context.newPage()
  try {
    await page.goto('/')
    await page.getByRole('textbox', { name: 'Handle' }).fill(`@${HANDLE}`)
    // Control: nobody was asked anything before.
    expect(watched.faults).toEqual([])
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Allow' }).click()
    await page.getByRole('button', { name: new RegExp(HANDLE.replaceAll('.', '\\.')) }).waitFor()
    await page.getByText('Connecting…').waitFor({ state: 'hidden' })
    await page.getByText('No conversations yet').waitFor()

    expect(Object.fromEntries(server.pushed)).toMatchObject({
      client_id: expect.stringMatching(/^http:\/\/localhost\?/),
      redirect_uri: `${url}/`,
      scope: SCOPE,
      code_challenge_method: 'S256',
    })
    expect(server.calls).toContainEqual({
      lxm: 'blue.catbird.mls.registerDevice',
      aud: serviceDid,
      scheme: 'DPoP',
    })
    expect(new Set(server.calls.map(({ aud }) => aud))).toEqual(new Set([serviceDid]))

    await page.reload()
    await page.getByText('No conversations yet').waitFor()
    await page.getByRole('button', { name: /account and devices/ }).click()
    const account = page.getByRole('dialog')
    await account.getByText(DID, { exact: true }).waitFor()
    await account.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('textbox', { name: 'Handle' }).waitFor()
    expect(server.revoked).toBe(true)
    // Its servers are others, and were asked by its own wish.
    expect(watched.faults.filter((fault) => !/^asked https:/.test(fault))).toEqual([])
  } catch (error) {
    await page.screenshot({ path: pictureAt('failed signing in with an account') })
    console.error(watched.faults, server)
    throw error
  } finally {
    await watched.context.close()
  }
})
