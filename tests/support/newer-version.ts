import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** A copy of the built service as its next version would be: the same, with one migration more. */
export async function makeNewerVersion(migration: string): Promise<NewerVersion> {
  const directory = await mkdtemp(join(tmpdir(), 'catbird-newer-'))
  for (const part of ['dist', 'migrations', 'package.json']) {
    await cp(join(ROOT, part), join(directory, part), { recursive: true })
  }
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
  const name = '29990101_001_next'
  await writeFile(join(directory, 'migrations', `${name}.sql`), migration)
  return {
    migration: name,
    entry: join(directory, 'dist/bin/catbird-mls.js'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

export interface NewerVersion extends AsyncDisposable {
  /** Name of the migration that only this version has. */
  migration: string
  /** The program. */
  entry: string
}
