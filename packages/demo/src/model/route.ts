import { signal } from '@preact/signals'

/** Where in the chat one is, kept in the address: reloading and going back work. */
export const route = signal<Route>(parseRoute(globalThis.location?.hash ?? ''))

export function followAddress(): void {
  addEventListener('hashchange', () => (route.value = parseRoute(location.hash)))
}

export function go(to: Route): void {
  location.hash = writeRoute(to)
}

export function parseRoute(hash: string): Route {
  const [, convoId, panel] = /^#\/c\/([0-9a-f]{32,128})(?:\/([a-z]+))?$/.exec(hash) ?? []
  if (convoId === undefined) return {}
  const known = PANELS.find((each) => each === panel)
  return { convoId, ...(known !== undefined && { panel: known }) }
}

export function writeRoute({ convoId, panel }: Route): string {
  if (convoId === undefined) return '#/'
  return panel === undefined ? `#/c/${convoId}` : `#/c/${convoId}/${panel}`
}

const PANELS = ['people', 'safety'] as const
export type Panel = (typeof PANELS)[number]

export interface Route {
  convoId?: string
  panel?: Panel
}
