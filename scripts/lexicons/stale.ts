import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Generates once more beside the tree, and names the files that differ from what stands in it. */
export function checkGenerated(root: string): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'lexicon-'))
  try {
    const server = join(fresh, 'server')
    const client = join(fresh, 'client')
    execFileSync(join(root, 'codegen.sh'), [server, 'lexicons', client], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return [
      ...differing(root, 'src/lexicon', server),
      ...differing(root, 'packages/client/src/lexicon', client),
    ]
  } finally {
    rmSync(fresh, { recursive: true })
  }
}

function differing(root: string, generated: string, fresh: string): string[] {
  const want = contents(fresh)
  const have = contents(join(root, generated))
  return [...new Set([...want.keys(), ...have.keys()])]
    .filter((file) => want.get(file) !== have.get(file))
    .map((file) => `${generated}/${file}: stale, run ./codegen.sh`)
}

function contents(dir: string): Map<string, string> {
  return new Map(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return [path.slice(dir.length + 1), readFileSync(path, 'utf8')]
      }),
  )
}
