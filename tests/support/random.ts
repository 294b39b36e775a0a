/** Random choices that a printed seed repeats (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** `MLS_SEED` where somebody asks for one run again; else `MLS_USUAL_SEED`, which CI has; else any. */
  static seed(): number {
    const given = process.env['MLS_SEED'] ?? process.env['MLS_USUAL_SEED']
    return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given)
  }

  /** 0 to `below` - 1. */
  int(below: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)]!
  }

  /** Up to `count` of them, each once. */
  some<T>(items: readonly T[], count: number): T[] {
    const rest = [...items]
    const chosen: T[] = []
    while (chosen.length < count && rest.length > 0) {
      chosen.push(...rest.splice(this.int(rest.length), 1))
    }
    return chosen
  }
}
