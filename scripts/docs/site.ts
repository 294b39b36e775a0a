/** `npm run docs:site [directory]`: the documentation as static pages, in `dist/docs` by default. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { buildSite } from './build-site.js'

const ROOT = resolve(import.meta.dirname, '../..')

const directory = resolve(process.argv[2] ?? join(ROOT, 'dist/docs'))
const files = buildSite(ROOT)
rmSync(directory, { recursive: true, force: true })
for (const [path, content] of files) {
  const file = join(directory, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
console.log(`${files.size} files in ${directory}`)
