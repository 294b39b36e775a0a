import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { barriersOf } from '../support/accessibility.js'
import { openContext } from '../support/browser.js'
import { type BrowserStage, openStage, pictureAt } from '../support/browser-stage.js'
import { ChatPage } from '../support/chat-page.js'
import { png } from '../support/picture.js'

const SIZES = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
}
const THEMES = ['light', 'dark'] as const

/** Runs in the page: what has changed is drawn, and nothing moves any more. */
const SETTLED = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  .then(() => Promise.all(document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
    .map((each) => each.finished.catch(() => undefined))))
  .then(() => undefined)`

let stage: BrowserStage
beforeAll(async () => {
  stage = await openStage()
}, 180_000)
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await stage.capture(`failed ${task.name}`)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

describe('the main views', () => {
  let alice: ChatPage
  beforeAll(async () => {
    const carol = await stage.signIn('Carol')
    const bob = await stage.signIn('Bob')
    alice = await stage.signIn('Alice', { reducedMotion: 'reduce' })
    await carol.begin(['alice'])
    await carol.send('may I ask you something?')
    await alice.begin(['bob', 'carol'], 'Night walk')
    await alice.send('Shall we meet at the old mill?')
    await bob.accept('Night walk')
    await bob.send('Yes. I bring the lamp.')
    await bob.attach({
      name: 'lamp.png',
      mimeType: 'image/png',
      buffer: png(240, 160, [236, 178, 46]),
    })
    await alice.messages.getByRole('img', { name: 'lamp.png' }).waitFor()
    await alice.page
      .getByRole('navigation', { name: 'Conversations' })
      .getByRole('heading', { name: 'Requests' })
      .waitFor()
    for (const person of [bob, carol]) await person[Symbol.asyncDispose]()
  })

  test('the first page', async () => {
    const { context, faults } = await openContext(stage.browser, stage.service.url)
    const page = await context.newPage()
    await page.goto('/')
    await page.getByRole('link', { name: 'Continue as Alice' }).waitFor()
    await look(page, 'first page')
    expect(faults).toEqual([])
    await context.close()
  })

  test('a conversation', () => look(alice.page, 'conversation'))

  test('the people in it', async () => {
    const panel = await alice.panel('People')
    await panel.getByRole('button', { name: /^Carol/ }).waitFor()
    await look(alice.page, 'people')
    await panel.getByRole('button', { name: /^Bob/ }).click()
    await alice.page.getByRole('dialog', { name: 'Bob' }).waitFor()
    await look(alice.page, 'person')
    await alice.page.keyboard.press('Escape')
    await alice.closePanel()
  })

  test('what is safe', async () => {
    const panel = await alice.panel('Safety')
    await panel.getByRole('heading', { name: 'Safety number' }).waitFor()
    await look(alice.page, 'safety')
    await alice.closePanel()
  })

  test('a new conversation', async () => {
    await alice.page.getByRole('button', { name: 'New conversation' }).first().click()
    await alice.page.getByRole('dialog', { name: 'New conversation' }).waitFor()
    await look(alice.page, 'new conversation')
    await alice.page.keyboard.press('Escape')
  })

  test('the account', async () => {
    await alice.page.getByRole('button', { name: /^Alice account and devices/ }).click()
    await alice.page.getByRole('dialog', { name: 'Alice' }).getByText('This one').waitFor()
    await look(alice.page, 'account')
    await alice.page.keyboard.press('Escape')
  })

  test('the list, with a request', async () => {
    await alice.page.evaluate('location.hash = "#/"')
    await alice.page.getByRole('main').getByRole('heading').first().waitFor()
    await look(alice.page, 'list')
  })

  test('control: a barrier is found', async () => {
    await alice.page.evaluate(
      'document.querySelector("nav").append(document.createElement("button"))',
    )
    expect(await barriersOf(alice.page)).toEqual([expect.stringMatching(/^button-name: /)])
  })

  /** At each size and in each theme: a picture to look at, and no barrier. */
  async function look(page: ChatPage['page'], view: string): Promise<void> {
    const found: string[] = []
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport)
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme })
        await page.evaluate(SETTLED)
        await page.screenshot({ path: pictureAt(`${view} ${size} ${colorScheme}`) })
        const barriers = await barriersOf(page)
        found.push(...barriers.map((barrier) => `${size}, ${colorScheme}: ${barrier}`))
      }
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      if (width > viewport.width) found.push(`${size}: is ${width} px wide`)
    }
    expect(found).toEqual([])
  }
})

test('by keyboard alone one signs in, begins a conversation and writes', async () => {
  const watched = await openContext(stage.browser, stage.service.url)
  const page = await watched.context.newPage()
  await page.goto('/')
  await page.getByRole('link', { name: 'Continue as Dave' }).waitFor()
  await tabTo(page, 'Continue as Dave')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'New conversation' }).first().waitFor()
  await page.getByText('Connecting…').waitFor({ state: 'hidden' })
  await tabTo(page, 'New conversation')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'New conversation' }).waitFor()
  await tabTo(page, 'People')
  await page.keyboard.type('alice')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Leave out alice' }).waitFor()
  await tabTo(page, 'Begin')
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Message' }).waitFor()
  await tabTo(page, 'Message')
  await page.keyboard.type('typed, not clicked')
  await page.keyboard.press('Enter')
  await page
    .getByRole('region', { name: 'Messages' })
    .getByText('typed, not clicked', { exact: true })
    .waitFor()
  await page.getByText('Sent', { exact: true }).waitFor()
  expect(watched.faults).toEqual([])
  await watched.context.close()
})

test('two people are side by side in one page, each with a store of their own', async () => {
  const watched = await openContext(stage.browser, stage.service.url, {
    viewport: SIZES.desktop,
  })
  const page = await watched.context.newPage()
  await page.goto('/')
  await page.getByRole('link', { name: /side by side$/ }).click()
  const [left, right] = ['alice', 'bob'].map((name) =>
    page.frameLocator(`iframe[title="Chat of ${name}"]`),
  )
  for (const [frame, name] of [
    [left!, 'Alice'],
    [right!, 'Bob'],
  ] as const) {
    await frame.getByRole('button', { name: new RegExp(`^${name} account and devices`) }).waitFor()
    await frame.getByText('Connecting…').waitFor({ state: 'hidden' })
  }
  await page.screenshot({ path: pictureAt('side by side desktop light') })
  expect(watched.faults).toEqual([])
  await watched.context.close()
})

test('no page has written an error, broken a policy, or asked anybody else', () => {
  expect(stage.faults()).toEqual([])
})

/** Presses Tab until what has this name has the focus. */
async function tabTo(page: ChatPage['page'], name: string): Promise<void> {
  const focused = page.locator(':focus')
  for (let presses = 0; presses < 60; presses++) {
    if ((await focused.count()) === 1) {
      const named = await focused.ariaSnapshot()
      if (named.includes(`"${name}"`)) return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`60 times Tab do not lead to ${name}`)
}
