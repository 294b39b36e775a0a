/**
 * Where a thread's module is, next to that of `from`: compiled, or as its source with the loader that tests
 * and `npm run dev` use.
 *
 * @param from `import.meta.url` of the module that starts the thread.
 */
export function threadFile(from: string, name: string): { url: URL; execArgv: string[] } {
  return from.endsWith('.ts')
    ? { url: new URL(`./${name}.ts`, from), execArgv: ['--import', 'tsx'] }
    : { url: new URL(`./${name}.js`, from), execArgv: [] }
}
