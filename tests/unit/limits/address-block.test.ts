import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressBlock } from '../../../src/limits/address-block.js'

describe('addressBlock', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:203.0.113.7', '1:2:3:4::/64'],
  ])('of %s is %s', (ip, block) => {
    expect(addressBlock(ip)).toBe(block)
  })

  it('is the same for all addresses of a /64, however they are written', () => {
    const group = fc.nat({ max: 0xffff })
    const half = fc.tuple(group, group, group, group)
    fc.assert(
      fc.property(half, half, half, (network, one, two) => {
        const write = (host: number[]) => [...network, ...host].map((g) => g.toString(16)).join(':')
        expect(addressBlock(write(one))).toBe(addressBlock(canonical(write(two))))
      }),
    )
  })
})

/** Shortened as in RFC 5952. */
function canonical(ip: string): string {
  return new URL(`http://[${ip}]/`).hostname.slice(1, -1)
}
