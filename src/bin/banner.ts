import { resolve } from 'node:path'
import { es256kImplementation } from '../auth/index.js'
import type { Config } from '../config/index.js'
import type { Context } from '../context/index.js'
import { isChatBuilt } from '../server/browser-chat.js'
import type { RunningServer } from '../server/server.js'

/** What an operator wants to know of a process that has just started. */
export function banner(
  { config, database, backend, suites }: Context,
  server: RunningServer,
): string {
  const { service, secrets } = config
  const lines = [
    `Catbird MLS ${service.version} listens on ${server.url}`,
    `  service DID     ${service.did}`,
    `  database        ${database.description}`,
    ...(database.kind === 'embedded' ? EMBEDDED : []),
    `  shared store    ${backend.kind === 'redis' ? 'Redis' : 'in this process (set REDIS_URL to run several)'}`,
    `  commit framing  ${config.mls.commitFraming}`,
    `  cipher suites   ${suites.length} passed their self-test`,
    `  ES256K checks   ${es256kImplementation}`,
    ...chatHelp(config, server.url),
  ]
  if (secrets.jwtSecret !== undefined) lines.push(...tokenHelp(config, server.url))
  return lines.join('\n')
}

const EMBEDDED = [
  '                  (keeps what it acknowledged when the process is killed; does not promise to',
  '                  survive a loss of power. Set DATABASE_URL to use a PostgreSQL server)',
]

function chatHelp({ service: { chatDirectory } }: Config, url: string): string[] {
  if (chatDirectory === undefined) return []
  const where = isChatBuilt(chatDirectory) ? `${url}/` : 'not built: npm run build:demo'
  return [`  browser chat    ${where}`]
}

function tokenHelp(config: Config, url: string): string[] {
  const call = 'blue.catbird.mls.getConvos'
  const command = [...settingsOf(config), 'npx catbird-mls token'].join(' ')
  return [
    '',
    '  A development token, good for one call (give the command JWT_SECRET too, if you set it):',
    `    TOKEN=$(${command} --did did:web:alice.example.com --lxm ${call})`,
    `    curl -H "Authorization: Bearer $TOKEN" ${url}/xrpc/${call}`,
  ]
}

/** What the command has to be told, so that it finds the same secret and names the same service. */
function settingsOf({ service }: Config): string[] {
  const settings = []
  if (service.dataDir !== resolve('./data')) settings.push(`DATA_DIR='${service.dataDir}'`)
  if (service.did !== 'did:web:localhost%3A3000') settings.push(`SERVICE_DID='${service.did}'`)
  return settings
}
