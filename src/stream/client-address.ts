import type { IncomingMessage } from 'node:http'

/**
 * Where a request comes from: the peer, or what the last of `trustedProxies` proxies in front says of
 * it. Express knows it for HTTP requests only, not for upgrades.
 */
export function clientAddress(req: IncomingMessage, trustedProxies: number): string | undefined {
  const forwarded = String(req.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
    .reverse()
  const hops = [req.socket.remoteAddress, ...forwarded]
  return hops[Math.min(trustedProxies, hops.length - 1)]
}
