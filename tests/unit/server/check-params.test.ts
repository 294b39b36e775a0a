import { expect, it } from 'vitest'
import { InvalidRequestError } from '../../../src/errors.js'
import { checkParams } from '../../../src/server/check-params.js'

const PARAMETERS = {
  type: 'params' as const,
  properties: {
    limit: { type: 'integer' as const },
    all: { type: 'boolean' as const },
    name: { type: 'string' as const },
    names: { type: 'array' as const, items: { type: 'string' as const } },
  },
}

it.each(['', 'x', '1.5', '1e1', '0x10', '%2010', '10 ', '01', '-0', '--1', '99999999999999999'])(
  'limit=%s is no integer',
  (value) => {
    expect(() => checkParams(`/x?limit=${value}`, PARAMETERS)).toThrow(InvalidRequestError)
  },
)

it.each([
  'limit=1&limit=2',
  'all=1',
  'all=TRUE',
  'name=a&name=b',
  'name=a%00b',
  'names=a&names=%00',
])('%s is refused', (query) => {
  expect(() => checkParams(`/x?${query}`, PARAMETERS)).toThrow(InvalidRequestError)
})

it.each([
  'limit=0',
  'limit=-1',
  'limit=9007199254740991',
  'all=true',
  'name=',
  'name=%FF',
  'names=a&names=b',
  'unknown=%00&unknown=x',
])('%s is left to the lexicon', (query) => {
  expect(() => checkParams(`/x?${query}`, PARAMETERS)).not.toThrow()
})

it('leaves a path without a query, and a method without parameters, alone', () => {
  expect(() => checkParams('/x', PARAMETERS)).not.toThrow()
  expect(() => checkParams('/x?limit=x', undefined)).not.toThrow()
})
