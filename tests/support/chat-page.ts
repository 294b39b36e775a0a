import { expect } from 'vitest'
import type { Locator } from 'playwright-core'
import type { Browser, Page, WatchedContext } from './browser.js'
import { openContext } from './browser.js'

/** Somebody at the browser chat, in a browser of their own. All is found as a screen reader finds it. */
export class ChatPage implements AsyncDisposable {
  private constructor(
    readonly name: string,
    readonly page: Page,
    readonly watched: WatchedContext,
  ) {}

  /** Signs in as a local person by the page that everybody comes to. */
  static async signIn(browser: Browser, origin: string, name: string, options = {}) {
    const watched = await openContext(browser, origin, options)
    const page = await watched.context.newPage()
    await page.goto('/')
    await page.getByRole('link', { name: `Continue as ${name}` }).click()
    await page.getByRole('button', { name: 'New conversation' }).first().waitFor()
    // Only then others can add them.
    await page.getByText('Connecting…').waitFor({ state: 'hidden' })
    return new ChatPage(name, page, watched)
  }

  get faults(): string[] {
    return this.watched.faults
  }

  get messages(): Locator {
    return this.page.getByRole('region', { name: 'Messages' })
  }

  /** The conversation of two, or with a name a group. */
  async begin(people: string[], name?: string): Promise<void> {
    const { page } = this
    await page.getByRole('button', { name: 'New conversation' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'New conversation' })
    await choose(dialog.getByRole('textbox', { name: 'People' }), people)
    if (name !== undefined) {
      const group = dialog.getByRole('checkbox', { name: 'A group' })
      if (!(await group.isChecked())) await group.check()
      await dialog.getByLabel('Name of the group').fill(name)
    }
    await dialog.getByRole('button', { name: 'Begin' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await this.heading(name ?? people[0]!)
  }

  /** Opens a conversation of the list as soon as it is there. */
  async open(title: string): Promise<void> {
    const list = this.page.getByRole('navigation', { name: 'Conversations' })
    await list.getByRole('link', { name: title }).click()
    await this.heading(title)
  }

  /** The same for one of somebody whom this person has accepted nothing of before. */
  async accept(title: string): Promise<void> {
    await this.open(title)
    const request = this.page.getByRole('region', { name: 'Request' })
    await request.getByRole('button', { name: 'Accept' }).click()
    await this.page.getByRole('textbox', { name: 'Message' }).waitFor()
  }

  async send(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Message' }).fill(text)
    await this.page.getByRole('button', { name: 'Send', exact: true }).click()
    await this.messages.getByText(text, { exact: true }).waitFor()
  }

  /** Waits until these are the last messages, in this order, and each is there once. */
  async reads(...texts: string[]): Promise<void> {
    await this.messages.getByText(texts.at(-1)!, { exact: true }).waitFor()
    await expect
      .poll(async () => (await this.texts()).slice(-texts.length), { timeout: 45_000 })
      .toEqual(texts)
    const all = await this.texts()
    expect(all.filter((text) => texts.includes(text))).toEqual(texts)
  }

  /** What the messages say, from top to bottom. */
  texts(): Promise<string[]> {
    return this.messages.locator('p.text').allTextContents()
  }

  async attach(file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles(file)
    await this.page.getByRole('button', { name: 'Send', exact: true }).click()
  }

  async add(...people: string[]): Promise<void> {
    const panel = await this.panel('People')
    await panel.getByRole('button', { name: 'Add people' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Add people' })
    await choose(dialog.getByRole('textbox', { name: 'People' }), people)
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await this.closePanel()
  }

  async remove(person: string): Promise<void> {
    const panel = await this.panel('People')
    await panel.getByRole('button', { name: person }).click()
    const dialog = this.page.getByRole('dialog', { name: person, exact: true })
    await dialog.getByRole('button', { name: 'Remove from the group' }).click()
    const sure = this.page.getByRole('dialog', { name: `Remove ${person}?` })
    await sure.getByRole('button', { name: 'Remove', exact: true }).click()
    await sure.waitFor({ state: 'hidden' })
    await panel.getByRole('button', { name: person }).waitFor({ state: 'hidden' })
    await this.closePanel()
  }

  async panel(name: 'People' | 'Safety'): Promise<Locator> {
    await this.page.getByRole('link', { name, exact: true }).click()
    const panel = this.page.getByRole('complementary', { name })
    await panel.waitFor()
    return panel
  }

  async closePanel(): Promise<void> {
    await this.page.getByRole('link', { name: 'Back to the conversation' }).click()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.watched.context.close()
  }

  private async heading(title: string): Promise<void> {
    await this.page
      .getByRole('heading', { level: 1, name: new RegExp(`^${title}$`, 'i') })
      .waitFor()
  }
}

async function choose(field: Locator, people: string[]): Promise<void> {
  for (const person of people) {
    await field.fill(person)
    await field.press('Enter')
  }
}
