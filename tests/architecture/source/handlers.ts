import { basename, resolve } from 'node:path'
import { methodsOf } from '../../../scripts/lexicons/methods.js'
import { readLexicons } from '../../../src/bin/lexicons/read.js'
import { type Project, ROOT } from './project.js'

/** All methods of the lexicons. */
export const METHODS = methodsOf(readLexicons(resolve(ROOT, 'lexicons')).docs)

/**
 * The files `api/<area>/<methodName>.ts`. A handler is named as its method, so in camel case, or in
 * one word that is a method's; what handlers share has a name in kebab case.
 */
export function handlerFiles({ files }: Project): { file: string; name: string }[] {
  return [...files.keys()]
    .filter((file) => /^api\/[a-z-]+\/[^/]+\.ts$/.test(file))
    .map((file) => ({ file, name: basename(file, '.ts') }))
    .filter(({ name }) => /[A-Z]/.test(name) || METHODS.some((method) => method.name === name))
}
