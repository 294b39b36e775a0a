import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, launchBrowser } from './browser.js'
import { ChatPage } from './chat-page.js'
import { type ServiceProcess, startProcess } from './service-process.js'

const BUILT = join(import.meta.dirname, '../../packages/demo/dist/index.html')
export const JWT_SECRET = 'a secret of the browser that is long enough to be one'

/** A service as `npm start` runs it, and a Chromium; both end with it. */
export async function openStage(): Promise<BrowserStage> {
  if (!existsSync(BUILT)) throw new Error('The browser chat is not built: npm run build:demo')
  await using opening = new AsyncDisposableStack()
  const browser = await launchBrowser()
  opening.defer(() => browser.close())
  // Nobody here has a DID that a directory knows.
  const service = opening.use(
    await startProcess({ plcUrl: 'http://127.0.0.1:1', env: { JWT_SECRET } }),
  )
  const people: ChatPage[] = []
  const resources = opening.move()
  return {
    browser,
    service,
    async signIn(name, options) {
      const person = await ChatPage.signIn(browser, service.url, name, options)
      people.push(person)
      return person
    },
    async capture(label) {
      for (const { name, page } of people) {
        if (!page.isClosed()) await page.screenshot({ path: pictureAt(`${label}-${name}`) })
      }
    },
    faults: () => people.flatMap(({ name, faults }) => faults.map((fault) => `${name} ${fault}`)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** Git ignores them: they are for being looked at. */
export function pictureAt(name: string): string {
  return join(
    import.meta.dirname,
    '../../test-results',
    `${name.replace(/[^a-zA-Z0-9]+/g, '-')}.png`,
  )
}

export interface BrowserStage extends AsyncDisposable {
  readonly browser: Browser
  readonly service: ServiceProcess
  /** A local person in a browser of their own. */
  signIn(name: string, options?: object): Promise<ChatPage>
  /** Pictures of what everybody sees now. */
  capture(label: string): Promise<void>
  /** All that pages did wrong: errors, policies that they broke, requests to others. */
  faults(): string[]
}
