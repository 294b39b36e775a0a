import type {
  LexiconDoc,
  LexXrpcProcedure,
  LexXrpcQuery,
  LexXrpcSubscription,
} from '@atproto/lexicon'
import { ANY_METHOD_ERRORS, AUTH_ERRORS, BODY_ERRORS, PUBLIC_METHODS } from './base-errors.js'

const METHOD_NAME = /^[a-z][A-Za-z0-9]*$/
const ERROR_NAME = /^[A-Z][A-Za-z0-9]*$/

export type MethodDef = LexXrpcQuery | LexXrpcProcedure | LexXrpcSubscription

export interface Method {
  /** The last part of the NSID. */
  name: string
  nsid: string
  def: MethodDef
  errors: string[]
}

/** The queries, procedures and subscriptions among the lexicons. */
export function methodsOf(docs: LexiconDoc[]): Method[] {
  return docs.flatMap((doc) => {
    const def = doc.defs.main
    if (!def || !isMethod(def)) return []
    const errors = (def.errors ?? []).map((error) => error.name)
    return [{ name: doc.id.split('.').at(-1) ?? '', nsid: doc.id, def, errors }]
  })
}

/** Each method says what it answers and how it fails. */
export function checkMethods(docs: LexiconDoc[]): string[] {
  return methodsOf(docs).flatMap((method) =>
    [...naming(method), ...answers(method), ...failures(method)].map(
      (what) => `${method.name}#main: ${what}`,
    ),
  )
}

function isMethod(def: { type: string }): def is MethodDef {
  return def.type === 'query' || def.type === 'procedure' || def.type === 'subscription'
}

function naming({ name, errors }: Method): string[] {
  return [
    ...(METHOD_NAME.test(name) ? [] : ['its name is not in lower camel case']),
    ...errors.filter((error) => !ERROR_NAME.test(error)).map((error) => `error name ${error}`),
    ...errors
      .filter((error, i) => errors.indexOf(error) < i)
      .map((error) => `${error} stands twice`),
  ]
}

function answers({ def }: Method): string[] {
  if (def.type === 'subscription') return def.message.schema ? [] : ['no message']
  if (!def.output) return ['no output']
  const isJson = def.output.encoding === 'application/json'
  return isJson && !def.output.schema ? ['output without a schema'] : []
}

function failures({ name, def, errors }: Method): string[] {
  const expected: string[] = [...ANY_METHOD_ERRORS]
  if (!PUBLIC_METHODS.includes(name)) expected.push(...AUTH_ERRORS)
  if (def.type === 'procedure') expected.push(...BODY_ERRORS)
  return expected
    .filter((error) => !errors.includes(error))
    .map((error) => `lacks the error ${error}`)
}
