import { ValidationError } from '@atproto/lexicon'
import {
  InternalServerError,
  InvalidRequestError as LibraryInvalidRequest,
  XRPCError,
} from '@atproto/xrpc-server'
import { describe, expect, it } from 'vitest'
import {
  EpochMismatchError,
  InvalidCommitError,
  ServiceUnavailableError,
} from '../../../src/errors.js'
import { toXrpcError } from '../../../src/server/to-xrpc-error.js'

const SECRET = 'did:plc:secretsecretsecretsecret'

describe('toXrpcError', () => {
  it.each([
    new EpochMismatchError('the epoch is 3'),
    new InvalidCommitError('no path', { cause: new TypeError('decoder') }),
    new ServiceUnavailableError('the database is away'),
  ])('leaves a declared error as it is: $name', (error) => {
    expect(toXrpcError(error)).toBe(error)
  })

  it.each([
    [400, 400, 'InvalidRequest'],
    [404, 400, 'InvalidRequest'],
    [413, 413, 'TooLarge'],
  ])('says in its own words what Express marks with %i', (given, status, name) => {
    const error = Object.assign(new URIError(`near "${SECRET}"`), { status: given })
    expect(shown(error)).toMatchObject({ status, error: name })
    expect(shown(error).message).not.toContain(SECRET)
  })

  it("passes on the lexicon validator's words, without a prefix", () => {
    const cause = new ValidationError('Params must have the property "convoId"')
    expect(shown(new LibraryInvalidRequest(String(cause), undefined, { cause }))).toEqual({
      status: 400,
      error: 'InvalidRequest',
      message: 'Params must have the property "convoId"',
    })
  })

  it('calls bytes above their bound TooLarge', () => {
    const cause = new ValidationError('Input/ciphertext must not be larger than 262144 bytes')
    expect(shown(new LibraryInvalidRequest(cause.message, undefined, { cause }))).toMatchObject({
      status: 413,
      error: 'TooLarge',
    })
  })

  it('does not pass on what another decoder says of the body', () => {
    const cause = new Error(`Invalid CID ${SECRET}`)
    const told = shown(new LibraryInvalidRequest(cause.message, undefined, { cause }))
    expect(told.status).toBe(400)
    expect(told.message).not.toContain(SECRET)
  })

  it.each([
    ['a lost connection', { code: 'ECONNREFUSED' }],
    ['a shutdown of the server', { code: '57P01' }],
    ['a full server', { code: '53300' }],
    ['a statement that took too long', { code: '57014' }],
  ])('answers 503 to %s', (_name, fields) => {
    expect(shown(Object.assign(new Error(SECRET), fields))).toMatchObject({
      status: 503,
      error: 'ServiceUnavailable',
    })
    expect(shown(Object.assign(new Error(SECRET), fields)).message).not.toContain(SECRET)
  })

  it.each([
    new Error(SECRET),
    new TypeError(SECRET),
    Object.assign(new Error(SECRET), { code: '23505' }),
    new InternalServerError(SECRET),
    new XRPCError(500, SECRET, 'Odd'),
    SECRET,
    undefined,
    null,
    { status: 400, message: SECRET },
  ])('says nothing of anything else', (error) => {
    expect(shown(error)).toEqual({
      status: 500,
      error: 'InternalServerError',
      message: 'Internal Server Error',
    })
  })
})

function shown(error: unknown) {
  const { statusCode, payload } = toXrpcError(error)
  return { status: statusCode, ...payload }
}
