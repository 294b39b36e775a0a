/** What pure code answers: a value, or the reason why there is none. The edge throws. */
export type Verdict<T, R = Refusal> = { ok: true; value: T } | { ok: false; refusal: R }

/**
 * A named refusal. `rule` is a stable camelCase name; `section` is where the rule stands
 * (for instance `RFC 9420 §12.2`); `detail` is for a client developer and never holds bytes from
 * the request.
 */
export interface Refusal {
  rule: string
  section: string
  detail: string
}

export function accept<T>(value: T): { ok: true; value: T } {
  return { ok: true, value }
}

export function refuse<R>(refusal: R): { ok: false; refusal: R } {
  return { ok: false, refusal }
}
