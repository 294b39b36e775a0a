import { hash32 } from './hash.js'

/** How an account without a picture looks: always the same for one DID, and told apart at a glance. */
export function portrait(did: string): Portrait {
  const hash = hash32(did)
  const hue = hash % 360
  const turn = (hash >>> 9) % 360
  const reach = 10 + ((hash >>> 18) % 12)
  return {
    ground: `oklch(0.5 0.1 ${hue})`,
    feather: `oklch(0.58 0.12 ${(hue + 40 + ((hash >>> 24) % 60)) % 360})`,
    turn,
    reach,
  }
}

export interface Portrait {
  ground: string
  feather: string
  /** Degrees. */
  turn: number
  /** How far the feather is from the middle, of 40. */
  reach: number
}
