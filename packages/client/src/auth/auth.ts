import type { OwnRepository } from './own-repository.js'

/**
 * How requests are authorised. A service token names an account, and is good for one call of one
 * method: `Authorization: Bearer <JWT>` with `aud` the service and `lxm` the method.
 */
export interface Auth {
  /** The account. */
  readonly did: string
  /** Sends a call of an XRPC method; `path` begins with `/xrpc/`. */
  fetch(call: AuthorizedCall, service: ServiceAddress): Promise<Response>
  /** A token to send directly to the service, for what a PDS does not pass on: blobs. */
  token(nsid: string, service: ServiceAddress): Promise<string>
  /** Resolves a handle to a DID, if this way of signing in can do it. */
  resolveHandle?(handle: string): Promise<string>
  /** The account's own repository, if this way of signing in can write to it. */
  readonly repository?: OwnRepository
}

/** A call that is to be authorised. */
export interface AuthorizedCall {
  /** NSID of the method. */
  nsid: string
  /** Path and query. */
  path: string
  init: RequestInit
}

/** The service, as those need it who ask for tokens. */
export interface ServiceAddress {
  /** Where the service is reached directly, without a slash at its end. */
  url: string
  /** The service's DID: the audience of tokens. */
  did: string
  /** `<did>#<id>`: the value of `atproto-proxy`. */
  serviceId: string
}
