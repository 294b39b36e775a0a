import type { DeviceName, LogRecord } from '@catbird/mls-client'
import { listOf } from './names.js'

/** What a commit did, for people; undefined where nothing changed that anybody would miss. */
export function systemLine(change: ChangeContent, who: Naming): string | undefined {
  const by = change.by?.did
  if (change.reset) return `${by === undefined ? 'An admin' : who(by, true)} began the group anew`
  const [added, removed] = [accounts(change.added), accounts(change.removed)]
  const back = added.filter((did) => removed.includes(did))
  const [came, went] = [without(added, back), without(removed, back)]
  const aboutOthers = [...others(came, by, 'added', who), ...others(went, by, 'removed', who)]
  if (aboutOthers.length > 0) return aboutOthers.join('; ')
  const [first] = [
    ...back.map((did) => `${who(did, true)} came back with new keys`),
    ...own(came, by).map((did) => `${who(did, true)} joined with a new device`),
    ...own(went, by).map((did) => `${who(did, true)} removed a device`),
  ]
  return first
}

function others(dids: string[], by: string | undefined, verb: string, who: Naming): string[] {
  const names = dids.filter((did) => did !== by).map((did) => who(did, false))
  if (names.length === 0) return []
  // Without a name: somebody who came in from outside, or what was pending.
  if (by === undefined && verb === 'added') return [`${listOf(names)} joined`]
  if (by === undefined) return [`${listOf(names)} ${names.length > 1 ? 'were' : 'was'} ${verb}`]
  return [`${who(by, true)} ${verb} ${listOf(names)}`]
}

function own(dids: string[], by: string | undefined): string[] {
  return dids.filter((did) => did === by)
}

function without(dids: string[], others: string[]): string[] {
  return dids.filter((did) => !others.includes(did))
}

function accounts(devices: DeviceName[]): string[] {
  return [...new Set(devices.map(({ did }) => did))]
}

export type ChangeContent = Extract<LogRecord, { kind: 'change' }>

/** The name of an account: "You" or "you" for oneself. */
export type Naming = (did: string, atStart: boolean) => string
