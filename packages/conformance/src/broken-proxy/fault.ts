/** A way in which a service may break its promises, put between it and its clients. */
export interface Fault {
  name: string
  /** What it does, in a sentence. */
  does: string
  /** Ids of checks that must fail under it. */
  caughtBy: readonly string[]
  /** Each proxy has what a fault remembers to itself. */
  begin(): FaultHooks
}

/** Where a fault takes hold; what is left out passes as it is. */
export interface FaultHooks {
  /** Before a call goes to the service: the call may be changed, or answered here. */
  call?(call: ProxiedCall): ProxiedAnswer | undefined
  /** Before an answer goes to the client: it may be changed, or another be given. */
  answer?(call: ProxiedCall, answer: ProxiedAnswer): ProxiedAnswer | undefined
  /** Which events of a stream go on in the place of this one. */
  event?(event: ProxiedEvent): ProxiedEvent[]
}

/** A call of a method on its way. */
export interface ProxiedCall {
  /** Of the address. */
  path: string
  /** Without the namespace; empty where the path is no XRPC. */
  method: string
  /** Of the token, unchecked. */
  did: string
  token: string
  params: URLSearchParams
  /** The JSON body, if it is one: bytes are `{$bytes}`. */
  input: Json | undefined
}

export interface ProxiedAnswer {
  status: number
  /** The JSON body, if it is one. */
  json: Json | undefined
  /** Any other body. */
  bytes?: Uint8Array
}

export interface ProxiedEvent {
  /** `messageEvent` … */
  type: string
  /** Whose stream it is on. */
  did: string
  transport: 'socket' | 'sse'
  /** The event: decoded from DAG-CBOR, or from JSON. */
  body: Json
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a fault reaches into answers of every shape
export type Json = any

/** A fault that changes successful answers of one method. */
export function inAnswers(
  method: string,
  change: (json: Json, call: ProxiedCall) => void,
): FaultHooks {
  return {
    answer(call, answer) {
      if (call.method === method && answer.status === 200) change(answer.json, call)
      return undefined
    },
  }
}

/** A fault that answers some refusals as if all were well. */
export function forgiving(errors: RegExp, json: (call: ProxiedCall) => Json): FaultHooks {
  return {
    answer(call, { json: answered }) {
      const error = answered?.error as unknown
      if (typeof error !== 'string' || !errors.test(error)) return undefined
      return { status: 200, json: json(call) }
    },
  }
}

/** Bytes as JSON has them. */
export function bytesIn(value: Json): Buffer<ArrayBuffer> {
  return Buffer.from(value.$bytes as string, 'base64')
}

export function bytesAsJson(bytes: Uint8Array): Json {
  return { $bytes: Buffer.from(bytes).toString('base64').replace(/=+$/, '') }
}
