/** A DID that is short enough to be read: its method, and both ends of the rest. */
export function shortDid(did: string): string {
  const [, method = '', rest = ''] = /^did:([a-z]+):(.*)$/.exec(did) ?? []
  if (method === 'web') return rest
  return rest.length <= 12 ? did : `did:${method}:${rest.slice(0, 5)}…${rest.slice(-4)}`
}

/** One or two letters that stand for a name. */
export function initials(name: string): string {
  const words = name
    .replace(/^@|^did:[a-z]+:/, '')
    .split(/[\s._-]+/)
    .filter((word) => word !== '')
  const [first = '?', second] = words
  const letters = second === undefined ? [letter(first)] : [letter(first), letter(second)]
  return letters.join('').toUpperCase()
}

/** "Alice", "Alice and Bob", "Alice, Bob and 2 others". */
export function listOf(names: string[], most = 3): string {
  const shown = names.slice(0, names.length > most ? most - 1 : most)
  const hidden = names.length - shown.length
  const parts = hidden === 0 ? shown : [...shown, `${hidden} others`]
  if (parts.length <= 1) return parts[0] ?? ''
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function letter(word: string): string {
  return [...word][0] ?? ''
}
