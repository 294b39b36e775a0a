import type { IncomingMessage } from 'node:http'

const accounts = new WeakMap<IncomingMessage, string>()

/** Remembers whose request it is, for its line in the log. */
export function noteAccount(req: IncomingMessage, result: unknown): void {
  const { credentials } = (result ?? {}) as { credentials?: { did?: unknown } | null }
  const did = credentials?.did
  if (typeof did === 'string') accounts.set(req, did)
}

export function accountOf(req: IncomingMessage): string | undefined {
  return accounts.get(req)
}
