import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type BrowserStage, openStage } from '../support/browser-stage.js'
import type { ChatPage } from '../support/chat-page.js'
import { png } from '../support/picture.js'

/** One story: each test goes on where the one before it ended. */
let stage: BrowserStage
let alice: ChatPage
let bob: ChatPage
let carol: ChatPage
beforeAll(async () => {
  stage = await openStage()
  ;[alice, bob, carol] = await Promise.all([
    stage.signIn('Alice'),
    stage.signIn('Bob'),
    stage.signIn('Carol'),
  ])
}, 180_000)
let ended = false
beforeEach(() => {
  if (ended) throw new Error('the story has ended with the first test that failed')
})
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || ended) return
  ended = true
  await stage.capture(`failed ${task.name}`)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

test('two people talk', async () => {
  await alice.begin(['bob'], 'Owls')
  await alice.send('are you there?')
  await bob.accept('Owls')
  await bob.reads('are you there?')
  await bob.send('at the window')
  await alice.reads('are you there?', 'at the window')
})

test('a third comes in, and reads what is said from then on', async () => {
  await alice.add('carol')
  await carol.accept('Owls')
  await alice.send('welcome')
  await carol.reads('welcome')
  await bob.reads('at the window', 'welcome')
  await carol.send('thank you')
  await alice.reads('welcome', 'thank you')
  expect(await carol.texts()).toEqual(['welcome', 'thank you'])
})

test('a picture is seen by all', async () => {
  const buffer = png(48, 32, [200, 30, 90])
  await bob.attach({ name: 'owl.png', mimeType: 'image/png', buffer })
  for (const person of [alice, bob, carol]) {
    const picture = person.messages.getByRole('img', { name: 'owl.png' })
    await picture.waitFor()
    await expect
      .poll(() => picture.evaluate(middleOf), { timeout: 45_000 })
      .toEqual([48, 32, 200, 30, 90])
  }
})

test('who reloads in the middle goes on where all are', async () => {
  const said = alice.send('before')
  await carol.page.reload()
  await said
  await alice.send('while')
  await carol.reads('thank you', 'before', 'while')
  await carol.send('here again')
  await alice.reads('before', 'while', 'here again')
})

test('who was offline sends and reads what waited, once and in one order', async () => {
  await bob.reads('here again')
  // On a phone, where the conversation hides the list.
  const size = bob.page.viewportSize()!
  await bob.page.setViewportSize({ width: 390, height: 844 })
  await bob.watched.setOffline(true)
  await bob.page.getByText('You are offline').waitFor()
  await bob.send('from the tunnel')
  await bob.messages.getByText('Waiting for the connection').waitFor()
  await alice.send('where is Bob?')
  await carol.reads('here again', 'where is Bob?')
  // Control: it has not gone out.
  expect(await alice.texts()).not.toContain('from the tunnel')

  await bob.watched.setOffline(false)
  for (const person of [alice, bob, carol]) {
    await person.reads('here again', 'where is Bob?', 'from the tunnel')
  }
  await bob.page.getByText('You are offline').waitFor({ state: 'hidden' })
  await bob.page.setViewportSize(size)
})

test('who is removed reads nothing new', async () => {
  // Control: until then he does.
  await carol.send('he reads this')
  await bob.reads('he reads this')

  await alice.remove('Bob')
  await bob.page.getByText('You are no longer in this conversation').waitFor()
  await alice.send('among us')
  await carol.reads('he reads this', 'among us')
  expect(await bob.texts()).not.toContain('among us')

  await bob.page.reload()
  await bob.reads('he reads this')
  await bob.page.getByText('You are no longer in this conversation').waitFor()
  expect(await bob.page.getByRole('textbox', { name: 'Message' }).count()).toBe(0)
  expect(await bob.page.content()).not.toContain('among us')
})

test('no page has written an error, broken a policy, or asked anybody else', () => {
  expect(stage.faults()).toEqual([])
})

/** Runs in the page: size, and the colour in the middle. */
const middleOf = new Function(
  'image',
  `const canvas = document.createElement('canvas')
   const { naturalWidth: width, naturalHeight: height } = image
   Object.assign(canvas, { width, height })
   const context = canvas.getContext('2d')
   context.drawImage(image, 0, 0)
   return [width, height, ...context.getImageData(width / 2, height / 2, 1, 1).data.slice(0, 3)]`,
) as (image: unknown) => number[]
