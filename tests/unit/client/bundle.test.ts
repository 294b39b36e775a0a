import { builtinModules } from 'node:module'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const CLIENT = resolve(import.meta.dirname, '../../../packages/client/src')
/** Gzipped: the lexicons are a third of it, and grow with the methods. */
const WIDEST_ENTRY_KIB = 250
const WIDEST_REPOSITORIES_KIB = 60
/** What `@hpke/core` tries where there is no `globalThis.crypto`: never in a browser. */
const FALLBACK = new Set(['dynamic-import crypto'])

test('the client runs in a browser: no Node built-in is in its bundle', async () => {
  const { loaded, bytes, gzipped } = await bundle(['index.ts', 'store/indexed-db.ts'])
  console.log(`client bundle: ${kib(bytes)} KiB minified, ${kib(gzipped)} KiB gzipped`)
  const builtins = loaded.filter(({ path }) => isBuiltin(path))
  expect(new Set(builtins.map(({ kind, path }) => `${kind} ${path}`))).toEqual(FALLBACK)
  expect(kib(gzipped)).toBeLessThan(WIDEST_ENTRY_KIB)
})

test('so does what reads repositories, which is loaded by who wants it alone', async () => {
  const { loaded, gzipped } = await bundle(['repositories/index.ts'])
  expect(loaded.filter(({ path }) => isBuiltin(path))).toEqual([])
  expect(kib(gzipped)).toBeLessThan(WIDEST_REPOSITORIES_KIB)
  const whole = await bundle(['index.ts'])
  expect(whole.text).not.toContain('com.atproto.sync.getRecord')
})

test('control: what needs Node is found', async () => {
  const { loaded } = await bundle(['node/index.ts'])
  expect(loaded).toContainEqual({ path: 'node:sqlite', kind: 'import-statement' })
})

/** Bundles for a browser; what a suite needs and is loaded on demand is a file of its own. */
async function bundle(entries: string[]) {
  const { metafile, outputFiles } = await build({
    entryPoints: entries.map((entry) => join(CLIENT, entry)),
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    outdir: 'bundle',
    external: ['node:*', ...builtinModules],
  })
  const outputs = Object.values(metafile.outputs)
  const loaded = outputs.flatMap(({ imports }) =>
    imports
      .filter(({ external }) => external === true)
      .map(({ path, kind }) => ({ path, kind: String(kind) })),
  )
  const first = firstLoad(metafile.outputs)
  const files = outputFiles.filter(({ path }) => [...first].some((name) => path.endsWith(name)))
  return {
    loaded,
    text: files.map(({ text }) => text).join('\n'),
    bytes: files.reduce((sum, { contents }) => sum + contents.length, 0),
    gzipped: files.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0),
  }
}

/** The entries and what they import at once. */
function firstLoad(outputs: Outputs): Set<string> {
  const found = new Set<string>()
  const visit = (path: string) => {
    const output = outputs[path]
    if (output === undefined || found.has(path)) return
    found.add(path)
    for (const { path: target, kind } of output.imports) {
      if (kind === 'import-statement') visit(target)
    }
  }
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint?.includes('packages/client/src') === true) visit(path)
  }
  return found
}

function isBuiltin(path: string): boolean {
  return path.startsWith('node:') || builtinModules.includes(path)
}

function kib(bytes: number): number {
  return Math.round(bytes / 1024)
}

type Outputs = Record<
  string,
  { entryPoint?: string; imports: { path: string; kind: string; external?: boolean }[] }
>
