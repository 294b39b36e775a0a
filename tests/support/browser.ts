import { existsSync } from 'node:fs'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
/** A machine that does other things besides takes its time; a page that hangs is found all the same. */
const PATIENCE_MS = 45_000

/** What Chromium does by itself, none of which belongs into a test. */
const QUIET = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-first-run',
  '--no-pings',
]

export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `There is no Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM_PATH`,
    )
  }
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET, timeout: PATIENCE_MS })
}

/**
 * A browser of somebody's own: no cookie, store or cache is shared. All that a page does wrong is noted: what
 * it writes as an error, policies that it breaks, and requests to anybody but `origin`.
 */
export async function openContext(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedContext> {
  const context = await browser.newContext({ locale: 'en-GB', baseURL: origin, ...options })
  context.setDefaultTimeout(PATIENCE_MS)
  const faults: string[] = []
  let offline = false
  context.on('weberror', (error) => faults.push(`threw ${error.error().stack}`))
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // What the network does not bring while it is cut is no fault of the page.
    if (offline && /ERR_INTERNET_DISCONNECTED|WebSocket connection/.test(message.text())) return
    // Chromium writes down every refusal: that another commit was first is one that clients live with.
    if (message.text().includes('the server responded with a status of 409')) return
    faults.push(`wrote ${message.text()} at ${message.location().url}`)
  })
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol !== 'blob:' && url.protocol !== 'data:' && url.origin !== origin) {
      faults.push(`asked ${url.href}`)
    }
  })
  context.on('page', (page) => {
    page.on('websocket', (socket) => {
      const { host } = new URL(socket.url())
      if (host !== new URL(origin).host) faults.push(`opened ${socket.url()}`)
    })
  })
  return {
    context,
    faults,
    async setOffline(value) {
      offline ||= value
      await context.setOffline(value)
    },
  }
}

export interface WatchedContext {
  context: BrowserContext
  faults: string[]
  /** Cuts this browser off; what it notes about that from then on is no fault. */
  setOffline(offline: boolean): Promise<void>
}

export type { Browser, Page }
