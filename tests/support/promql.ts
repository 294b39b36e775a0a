/** Names of the metrics that a PromQL expression reads, with the labels that it asks of each. */
export function selectorsIn(expr: string): Selector[] {
  const found: Selector[] = []
  // Grouping names labels, not metrics; durations and strings outside of matchers hold no name either.
  const bare = expr
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
  for (const [, name, call, matchers] of bare.matchAll(SELECTOR)) {
    if (name === undefined || call === '(' || WORDS.has(name)) continue
    found.push({ name, labels: labelsIn(matchers ?? '') })
  }
  return found
}

/** A string, which is skipped; or a name, and what follows it: `(` of a function, or matchers. */
const SELECTOR = /"[^"]*"|\b([a-zA-Z_:][\w:]*)\s*(\(|\{((?:[^{}"]|"[^"]*")*)\})?/g
const WORDS = new Set(['and', 'or', 'unless', 'offset', 'bool'])

function labelsIn(matchers: string): Matcher[] {
  return [...matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(
    ([, label, operator, value]) => ({ label: label!, operator: operator!, value: value! }),
  )
}

export interface Selector {
  name: string
  labels: Matcher[]
}

export interface Matcher {
  label: string
  operator: string
  value: string
}
