import { execFileSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { InstallError } from './install.js'

/** The PDS's SQLite compiles on these; on newer ones it does not. */
const MAJOR_MIN = 20
const MAJOR_MAX = 22

/**
 * `PDS_NODE`, or the first suitable `node` on the PATH. npm scripts put the project's own Node first
 * there; those in a `node_modules` are passed over.
 */
export function findNode(env: NodeJS.ProcessEnv): MachineNode {
  const named = env.PDS_NODE
  const found = (named ? [named] : onPath(env.PATH ?? '')).flatMap(ask)
  const node = found.find(({ major }) => major >= MAJOR_MIN && major <= MAJOR_MAX)
  if (node) return node
  const seen = found.map(({ path, major }) => `${path} is ${major}`).join(', ') || 'there is none'
  const where = named ? 'PDS_NODE' : 'the PATH'
  throw new InstallError(
    `it needs a Node from ${MAJOR_MIN} to ${MAJOR_MAX} in ${where} (${seen}); PDS_NODE can name one`,
  )
}

function onPath(path: string): string[] {
  return path
    .split(delimiter)
    .filter((dir) => dir !== '' && !dir.split('/').includes('node_modules'))
    .map((dir) => join(dir, 'node'))
    .filter((file) => existsSync(file))
}

/** Nothing of what cannot be run. */
function ask(path: string): MachineNode[] {
  try {
    const versions = JSON.parse(
      execFileSync(path, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' }),
    ) as { node: string; modules: string }
    const major = Number(versions.node.split('.')[0])
    return [{ path: realpathSync(path), major, abi: versions.modules }]
  } catch {
    return []
  }
}

export interface MachineNode {
  path: string
  major: number
  /** `NODE_MODULE_VERSION`: what an addon is compiled for. */
  abi: string
}
