import { isIPv6 } from 'node:net'

/**
 * What one subscriber is likely to hold: an IPv4 address, or the /64 of an IPv6 address, which
 * costs nothing to vary within. An IPv4 address written as IPv6 is that IPv4 address.
 */
export function addressBlock(ip: string): string {
  const address = ip.split('%', 1)[0] ?? ip
  if (!isIPv6(address)) return address
  const mapped = MAPPED_IPV4.exec(address)?.[1]
  return mapped ?? `${groupsOf(address).slice(0, 4).join(':')}::/64`
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** The eight groups of a valid address, without leading zeros. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const front = groups(head)
  if (tail === undefined) return front
  const back = groups(tail)
  return [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back]
}

function groups(text: string): string[] {
  return text.split(':').flatMap((group) => {
    if (group === '') return []
    // The last 32 bits may be written as IPv4; they are never part of the /64.
    if (group.includes('.')) return ['0', '0']
    return [parseInt(group, 16).toString(16)]
  })
}
