/**
 * `npm run test:pds`: the service behind a real PDS. Installs the PDS into `tests/pds/node_modules` when
 * that is not there yet, and runs it under a Node of its own: `PDS_NODE`, or the first on the PATH that it
 * works with. Fails where it cannot be installed; `SKIP_PDS_TESTS=1` leaves these tests out, and says so.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findNode } from './pds/find-node.js'
import { install, InstallError } from './pds/install.js'

async function main(): Promise<number> {
  if (process.env.SKIP_PDS_TESTS === '1') {
    console.log('test:pds: left out, as SKIP_PDS_TESTS=1 says')
    return 0
  }
  const node = prepare()
  if (node === undefined) return 1
  const options = process.argv.slice(2)
  const files = options.some((option) => option.startsWith('tests/')) ? [] : ['tests/pds']
  const env = { ...process.env, PDS_NODE: node }
  const vitest = spawn('vitest', ['run', ...files, ...options], { stdio: 'inherit', env })
  const [code] = (await once(vitest, 'exit')) as [number | null]
  return code ?? 1
}

/** The Node to run it with; undefined after saying what is missing. */
function prepare(): string | undefined {
  try {
    const node = findNode(process.env)
    install(node)
    return node.path
  } catch (error) {
    if (!(error instanceof InstallError)) throw error
    console.error(
      `test:pds: the PDS cannot be installed: ${error.message}\n` +
        'SKIP_PDS_TESTS=1 leaves its tests out.',
    )
    return undefined
  }
}

process.exitCode = await main()
