import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Generates once more beside the tree, and names the files that differ from what stands in it. */
export function checkGenerated(root: string): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'lexicon-'))
  try {
    execFileSync(join(root, 'codegen.sh'), [fresh], { stdio: ['ignore', 'ignore', 'inherit'] })
    const want = contents(fresh)
    const have = contents(join(root, 'src/lexicon'))
    return [...new Set([...want.keys(), ...have.keys()])]
      .filter((file) => want.get(file) !== have.get(file))
      .map((file) => `src/lexicon/${file}: stale, run ./codegen.sh`)
  } finally {
    rmSync(fresh, { recursive: true })
  }
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
