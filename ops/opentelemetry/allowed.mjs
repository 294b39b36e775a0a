// What a span may say. Left as they come, spans hold addresses of clients, queries of URLs with tickets and
// conversations, keys of Redis, and the words of errors.
const ALLOWED = new Set([
  'db.operation.name',
  'db.system',
  'db.system.name',
  'error.type',
  'http.method',
  'http.request.method',
  'http.response.status_code',
  'http.status_code',
  'network.protocol.version',
  'url.scheme',
])
const OWN_PATH = /^\/(?:xrpc\/(?:blue\.catbird\.mls\.[A-Za-z]+|_health)|health(?:\/\w+)?|metrics)$/
const POSTGRES = new Set(['postgresql', 'postgres'])
/** Names of methods of HTTP, routes, statements, functions; no DID, no id. */
const NAME = /^(?!.*(?:did:|[0-9a-f]{16}))[\w .:/()-]{1,64}$/

/** Takes away, of a span that has ended, all that is not known to name nobody. */
export function keepOnlyAllowed(span) {
  const { attributes } = span
  const path = attributes['url.path'] ?? String(attributes['http.target'] ?? '').split('?')[0]
  const statement = attributes['db.query.text'] ?? attributes['db.statement']
  const system = attributes['db.system.name'] ?? attributes['db.system']
  for (const name of Object.keys(attributes)) {
    if (!ALLOWED.has(name)) delete attributes[name]
  }
  if (OWN_PATH.test(path)) attributes['url.path'] = path
  // Statements have their values apart; those of Redis are full of keys.
  if (POSTGRES.has(system) && statement) attributes['db.query.text'] = statement
  span.events.length = 0
  delete span.status.message
  if (!NAME.test(span.name)) span.name = 'other'
}
