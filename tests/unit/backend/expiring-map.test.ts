import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExpiringMap } from '../../../src/backend/expiring-map.js'

const step = fc.oneof(
  fc.record({
    do: fc.constant('set' as const),
    key: fc.nat({ max: 12 }).map(String),
    ttlMs: fc.nat({ max: 50 }),
  }),
  fc.record({ do: fc.constant('get' as const), key: fc.nat({ max: 12 }).map(String) }),
  fc.record({ do: fc.constant('delete' as const), key: fc.nat({ max: 12 }).map(String) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 30 }) }),
)

describe('ExpiringMap', () => {
  it('answers as a plain map with ends would, whatever it has swept', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const map = new ExpiringMap<number>(1000)
        const model = new Map<string, { value: number; untilMs: number }>()
        let now = 0
        for (const [index, each] of steps.entries()) {
          switch (each.do) {
            case 'set':
              expect(map.set(each.key, index, now + each.ttlMs, now)).toBe(true)
              model.set(each.key, { value: index, untilMs: now + each.ttlMs })
              break
            case 'get': {
              const known = model.get(each.key)
              expect(map.get(each.key, now)).toBe(
                known && known.untilMs > now ? known.value : undefined,
              )
              break
            }
            case 'delete':
              map.delete(each.key)
              model.delete(each.key)
              break
            case 'wait':
              now += each.ms
              break
            default:
              each satisfies never
          }
        }
      }),
    )
  })

  it('holds at most twice what is live, at a steady rate', () => {
    const map = new ExpiringMap<true>(1_000_000)
    const live = 1000
    let most = 0
    for (let now = 0; now < 20 * live; now++) {
      map.set(`key ${now}`, true, now + live, now)
      most = Math.max(most, map.size)
    }
    expect(most).toBeGreaterThanOrEqual(live)
    expect(most).toBeLessThanOrEqual(2 * live)
  })

  it('takes nothing when it is full of live entries, and again when they ended', () => {
    const map = new ExpiringMap<number>(2)
    expect(map.set('a', 1, 2000, 0)).toBe(true)
    expect(map.set('b', 2, 5000, 0)).toBe(true)
    expect(map.set('c', 3, 5000, 0)).toBe(false)
    expect(map.set('a', 4, 2000, 0)).toBe(true)
    expect(map.get('c', 0)).toBeUndefined()
    expect(map.set('c', 3, 5000, 2000)).toBe(true)
    expect(map.get('b', 2000)).toBe(2)
  })
})
