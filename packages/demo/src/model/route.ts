import { signal } from '@preact/signals'

// Before the address is read, which happens as soon as this file is loaded.
const PANELS = ['people', 'safety'] as const

/** Where in the chat one is, kept in the address: reloading and going back work. */
export const route = signal<Route>(parseRoute(globalThis.location?.hash ?? ''))

export function followAddress(): void {
  addEventListener('hashchange', () => (route.value = parseRoute(location.hash)))
}

export function go(to: Route): void {
  location.hash = writeRoute(to)
}

export function parseRoute(hash: string): Route {
  const [, invite] = /^#\/join\/([A-Za-z0-9_-]{20,128})$/.exec(hash) ?? []
  if (invite !== undefined) return { invite }
  const [, convoId, panel] = /^#\/c\/([0-9a-f]{32,128})(?:\/([a-z]+))?$/.exec(hash) ?? []
  if (convoId === undefined) return {}
  const known = PANELS.find((each) => each === panel)
  return { convoId, ...(known !== undefined && { panel: known }) }
}

export function writeRoute({ convoId, panel }: Route): string {
  if (convoId === undefined) return '#/'
  return panel === undefined ? `#/c/${convoId}` : `#/c/${convoId}/${panel}`
}

/** An invite as a link to this page. What follows the `#` is not sent to any server. */
export function writeInvite(secret: string): string {
  return `${location.origin}${location.pathname}#/join/${secret}`
}

/** The secret of an invite, given as a link or by itself. */
export function readInvite(text: string): string {
  return text.trim().replace(/^.*#\/join\//, '')
}

export type Panel = (typeof PANELS)[number]

export interface Route {
  convoId?: string
  panel?: Panel
  /** Secret of an invite that one came by. */
  invite?: string
}
