import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import ts from 'typescript'

const ROOT = resolve(import.meta.dirname, '../..')
const CLIENT = join(ROOT, 'packages/client/src')
const ENTRIES: Record<string, string> = {
  '@catbird/mls-client': join(CLIENT, 'index.ts'),
  '@catbird/mls-client/indexed-db': join(CLIENT, 'store/indexed-db.ts'),
  '@catbird/mls-client/repositories': join(CLIENT, 'repositories/index.ts'),
  '@catbird/mls-client/node': join(CLIENT, 'node/index.ts'),
}

/** The TypeScript in a page; what is marked `run` is a whole program. */
export async function readSamples(page: string): Promise<{ code: string; runs: boolean }[]> {
  const text = await readFile(join(ROOT, page), 'utf8')
  return [...text.matchAll(/^```ts( run)?\n(.*?)^```$/gms)].map(([, runs, code = '']) => ({
    code,
    runs: runs !== undefined,
  }))
}

/** What the compiler has to say against them, with the options of the project. */
export function problemsIn(samples: string[]): string[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT)
  const files = new Map(samples.map((code, at) => [join(ROOT, `docs/sample-${at}.ts`), code]))
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile: readSource } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path) ?? readSource(path)
  host.getSourceFile = (path, version, ...rest) => {
    const code = files.get(path)
    return code === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, code, version)
  }
  const paths = Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, [file]]))
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true, paths }, host)
  return [...files.keys()].flatMap((path) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  )
}

/** One file that runs on its own, in `dir`. */
export async function compileSample(code: string, dir: string): Promise<string> {
  const outfile = join(dir, 'sample.mjs')
  await build({
    stdin: { contents: code, loader: 'ts', resolveDir: ROOT },
    bundle: true,
    platform: 'node',
    format: 'esm',
    // What is inside as CommonJS still asks Node for its own modules.
    banner: {
      js: `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`,
    },
    alias: ENTRIES,
    outfile,
  })
  return outfile
}
