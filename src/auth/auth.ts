import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseReqNsid } from '@atproto/xrpc-server'
import type { Backend } from '../backend/backend.js'
import { AuthMissingError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import type { AccountLimits } from '../limits/account-limits.js'
import { useUp } from './replay.js'
import { createTickets, type TicketHolder, type Tickets } from './tickets.js'
import { createTokenCheck, type TokenCheckOptions } from './token-check.js'

/** The policies that a handler names in `auth:`, and the tickets that one of them redeems. */
export interface Auth {
  /** A service token for the called method, and room in the account's rate. */
  account: Verifier<AccountCredentials>
  /** The same, or else `?ticket=`. Needs no response, so it also checks a bare upgrade request. */
  ticketOrAccount: Verifier<TicketHolder>
  /** Anybody. */
  none: Verifier<null>
  tickets: Tickets
}

export function createAuth({ limits, backend, ...options }: AuthOptions): Auth {
  const checkToken = createTokenCheck(options)
  const rememberMs = options.jtiTtlSeconds * 1000
  const tickets = createTickets(backend)

  async function account({ req, res }: VerifierContext): Promise<AccountCredentials> {
    const token = bearerToken(req)
    const nsid = parseReqNsid(req)
    const claims = await checkToken(token, nsid)
    const limit = limits?.of(claims.iss, nsid)
    const counted = await useUp(backend, claims, rememberMs, limit?.counter)
    await limit?.check(res, counted)
    return { did: claims.iss }
  }

  async function ticketOrAccount(ctx: VerifierContext): Promise<TicketHolder> {
    const ticket = ctx.req.headers.authorization === undefined ? ticketOf(ctx.req) : undefined
    if (ticket === undefined) return account(ctx)
    const holder = await tickets.redeem(ticket)
    await limits?.of(holder.did, parseReqNsid(ctx.req))?.check(ctx.res)
    return holder
  }

  return {
    account: async (ctx) => ({ credentials: await account(ctx) }),
    ticketOrAccount: async (ctx) => ({ credentials: await ticketOrAccount(ctx) }),
    none: async () => ({ credentials: null }),
    tickets,
  }
}

function bearerToken(req: IncomingMessage): string {
  const header = req.headers.authorization
  if (header === undefined) {
    throw new AuthMissingError('The call needs a service token: Authorization: Bearer <token>.')
  }
  const token = BEARER.exec(header)?.[1]
  if (token === undefined) {
    throw new AuthMissingError('The Authorization header must be: Bearer <token>.')
  }
  return token
}

/** The scheme has no case (RFC 9110 §11.1). */
const BEARER = /^Bearer +([^\s]+)$/i

function ticketOf(req: IncomingMessage): string | undefined {
  const query = req.url?.indexOf('?') ?? -1
  if (query < 0) return undefined
  return new URLSearchParams(req.url?.slice(query)).get('ticket') ?? undefined
}

export interface AuthOptions extends TokenCheckOptions {
  /** Where used tokens and tickets are remembered. */
  backend: Backend
  /** A used `jti` is remembered at least this long, and always for the token's life. */
  jtiTtlSeconds: number
  /** Counts each call against its account's rate, once the account is known. */
  limits?: AccountLimits
}

export interface AccountCredentials {
  did: Did
}

/** What an xrpc-server auth verifier gets, as far as it is needed here. */
export interface VerifierContext {
  req: IncomingMessage
  res?: ServerResponse
}

export type Verifier<C> = (ctx: VerifierContext) => Promise<{ credentials: C }>
