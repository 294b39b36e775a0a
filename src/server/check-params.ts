import type { LexXrpcParameters } from '@atproto/lexicon'
import { InvalidRequestError } from '../errors.js'
import { isStorable } from './storable-text.js'

const INTEGER = /^(?:0|-?[1-9][0-9]{0,15})$/
const BOOLEAN = /^(?:true|false)$/

/**
 * Refuses query parameters that the library would read as something else: `sinceSeq=x` as 0, `limit=1.5`
 * as 1, `limit=5&limit=9` as 5. A page from the wrong place looks like a right one to the client.
 *
 * @throws {InvalidRequestError} which names the parameter
 */
export function checkParams(url: string, parameters: LexXrpcParameters | undefined): void {
  const start = url.indexOf('?')
  if (start < 0 || !parameters) return
  const search = new URLSearchParams(url.slice(start + 1))
  for (const [name, { type }] of Object.entries(parameters.properties)) {
    const values = search.getAll(name)
    if (values.length > 1 && type !== 'array') {
      throw new InvalidRequestError(`${name} may be given once`)
    }
    for (const value of values) checkValue(name, type, value)
  }
}

function checkValue(name: string, type: ParameterType, value: string): void {
  if (type === 'integer' && !INTEGER.test(value)) {
    throw new InvalidRequestError(`${name} must be an integer, in decimal digits`)
  }
  if (type === 'boolean' && !BOOLEAN.test(value)) {
    throw new InvalidRequestError(`${name} must be true or false`)
  }
  if (!isStorable(value)) throw new InvalidRequestError(`${name} must not contain U+0000`)
}

type ParameterType = LexXrpcParameters['properties'][string]['type']
