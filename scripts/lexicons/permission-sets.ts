import type { LexiconDoc, LexPermissionSet } from '@atproto/lexicon'
import { methodsOf } from './methods.js'

/** Everything: what a client of its own asks for. */
export const FULL = 'authFull'
/** What changes nothing. */
export const READING = 'authRead'

/** The one query that changes something: it takes key packages from others' stock for a while. */
const LEASING_QUERIES = ['getKeyPackages']
/** Procedures because their input is secret or good for one use; they change nothing that stays. */
const READING_PROCEDURES = ['getSubscriptionTicket', 'previewInvite']

/**
 * Permission sets name what there is, for the service that a client asks for (`inheritAud`), under words
 * for the page on which somebody consents; every method and record is in `authFull`, and what only reads
 * in `authRead`.
 */
export function checkPermissionSets(docs: LexiconDoc[]): string[] {
  return docs.flatMap((doc) => {
    const set = doc.defs.main
    if (set?.type !== 'permission-set') return []
    const name = doc.id.split('.').at(-1) ?? ''
    const problems = [...words(set), ...named(set, docs), ...wanting(name, set, docs)]
    return problems.map((problem) => `${name}#main: ${problem}`)
  })
}

function words({ title, detail }: LexPermissionSet): string[] {
  return [...(title?.trim() ? [] : ['no title']), ...(detail?.trim() ? [] : ['no detail'])]
}

function named({ permissions }: LexPermissionSet, docs: LexiconDoc[]): string[] {
  const methods = methodsOf(docs).map(({ nsid }) => nsid)
  return permissions.flatMap((permission) => {
    switch (permission.resource) {
      case 'rpc':
        return [
          ...(permission.inheritAud === true && permission.aud === undefined
            ? []
            : ['rpc without inheritAud, or with an aud of its own']),
          ...strange('method', listed(permission.lxm), methods),
        ]
      case 'repo':
        return strange('record', listed(permission.collection), recordsOf(docs))
      default:
        return [`the resource ${permission.resource} cannot be in a set`]
    }
  })
}

function strange(what: string, names: string[], known: string[]): string[] {
  return names.flatMap((name, i) => [
    ...(known.includes(name) ? [] : [`no such ${what}: ${name}`]),
    ...(names.indexOf(name) < i ? [`${name} stands twice`] : []),
  ])
}

function wanting(name: string, set: LexPermissionSet, docs: LexiconDoc[]): string[] {
  if (name !== FULL && name !== READING) return []
  const wanted =
    name === FULL
      ? [...methodsOf(docs).map(({ nsid }) => nsid), ...recordsOf(docs)]
      : methodsOf(docs)
          .filter(({ name, def }) => onlyReads(name, def.type))
          .map(({ nsid }) => nsid)
  const given = set.permissions.flatMap(({ lxm, collection }) => [
    ...listed(lxm),
    ...listed(collection),
  ])
  return [
    ...wanted.filter((nsid) => !given.includes(nsid)).map((nsid) => `lacks ${nsid}`),
    ...given.filter((nsid) => !wanted.includes(nsid)).map((nsid) => `should not have ${nsid}`),
  ]
}

function onlyReads(name: string, type: string): boolean {
  if (type === 'procedure') return READING_PROCEDURES.includes(name)
  return !LEASING_QUERIES.includes(name)
}

function recordsOf(docs: LexiconDoc[]): string[] {
  return docs.filter((doc) => doc.defs.main?.type === 'record').map(({ id }) => id)
}

function listed(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
