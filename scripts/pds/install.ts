import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { MachineNode } from './find-node.js'

const ROOT = resolve(import.meta.dirname, '../../tests/pds')
const MODULES = join(ROOT, 'node_modules')
/** Holds the digest of the lock file that `node_modules` was installed from. */
const MARK = join(MODULES, '.installed')

/** Why the PDS is not there; the message is for who runs the tests. */
export class InstallError extends Error {
  override readonly name = 'InstallError'
}

/** Installs what the lock file says, and compiles its SQLite for `node`, unless both are done. */
export function install(node: MachineNode): void {
  const digest = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (!existsSync(MARK) || readFileSync(MARK, 'utf8') !== digest) {
    console.log('test:pds: npm ci in tests/pds')
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
    writeFileSync(MARK, digest)
  }
  if (sqliteLoads(node)) return
  console.log(`test:pds: compiling SQLite for ${node.path}`)
  compileSqlite(node)
  if (!sqliteLoads(node)) throw new InstallError('its SQLite was compiled, but does not load')
}

/**
 * Not by npm's install scripts: those run node-gyp under whatever Node npm has and with whatever headers
 * its settings name, and what they compile need not fit the Node that runs it.
 */
function compileSqlite(node: MachineNode): void {
  const gyp = join(MODULES, 'node-gyp/bin/node-gyp.js')
  const headers = headersBeside(node)
  run(
    node.path,
    [gyp, 'rebuild', '--release', '--jobs=2', ...(headers ? [`--nodedir=${headers}`] : [])],
    join(MODULES, 'better-sqlite3'),
  )
}

/** The prefix of that Node if its headers are installed there and fit; else they are downloaded. */
function headersBeside({ path, abi }: MachineNode): string | undefined {
  const prefix = dirname(dirname(path))
  const file = join(prefix, 'include/node/node_version.h')
  if (!existsSync(file)) return undefined
  const version = /#define NODE_MODULE_VERSION (\d+)/.exec(readFileSync(file, 'utf8'))?.[1]
  return version === abi ? prefix : undefined
}

function sqliteLoads(node: MachineNode): boolean {
  try {
    const script = "new (require('better-sqlite3'))(':memory:')"
    execFileSync(node.path, ['-e', script], { cwd: ROOT, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function run(command: string, args: string[], cwd = ROOT): void {
  // Headers that npm's settings name are of another Node than this one, perhaps.
  const { npm_config_nodedir, ...env } = process.env
  void npm_config_nodedir
  try {
    execFileSync(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
  } catch (error) {
    throw new InstallError(`${command} ${args[0]} failed`, { cause: error })
  }
}
