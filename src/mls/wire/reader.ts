import { checkBudget } from '../time-budget.js'
import { Malformed } from './malformed.js'

/**
 * A position in TLS presentation bytes (RFC 9420 §2.1). It accepts one encoding per value only, so
 * what was parsed to its end encodes back to the same bytes. Slices share the input's memory.
 */
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number = 0,
    readonly end: number = bytes.length,
  ) {}

  get done(): boolean {
    return this.at === this.end
  }

  u8(): number {
    return this.bytes[this.#take(1)]!
  }

  u16(): number {
    const at = this.#take(2)
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!
  }

  u32(): number {
    return this.#u32At(this.#take(4))
  }

  /** Exact up to 2^53 - 1; a larger value stays larger than that but loses its low bits. */
  u64(): number {
    const at = this.#take(8)
    return this.#u32At(at) * 2 ** 32 + this.#u32At(at + 4)
  }

  /** `opaque<V>` of at most `max` bytes. */
  opaque(max: number, name: string): Uint8Array {
    const length = this.#length()
    if (length > max) {
      throw new Malformed(
        'sizeWithinLimit',
        'limits',
        `${name} has ${length} bytes; at most ${max} are accepted.`,
      )
    }
    const at = this.#take(length)
    return this.bytes.subarray(at, at + length)
  }

  /** A vector `T x<V>` as a reader that ends with it. */
  vector(): Reader {
    const length = this.#length()
    const at = this.#take(length)
    return new Reader(this.bytes, at, at + length)
  }

  /** All items of a vector `T x<V>`, of which there may be `max`. */
  list<T>(max: number, name: string, item: (r: Reader) => T): T[] {
    checkBudget()
    const inner = this.vector()
    const items: T[] = []
    while (!inner.done) {
      if (items.length === max) throw tooMany(name, max)
      items.push(item(inner))
    }
    return items
  }

  /** The bytes from `start` to here. */
  since(start: number): Uint8Array {
    return this.bytes.subarray(start, this.at)
  }

  finish(name: string): void {
    if (!this.done) {
      const rest = this.end - this.at
      throw new Malformed('noTrailingBytes', 'RFC 9420 §6', `${rest} bytes follow the ${name}.`)
    }
  }

  /** A variable-size length header, which must be the shortest (§2.1.2). */
  #length(): number {
    const first = this.u8()
    switch (first >> 6) {
      case 0:
        return first
      case 1: {
        const length = ((first & 0x3f) << 8) | this.u8()
        if (length < 64) throw notShortest()
        return length
      }
      case 2: {
        const at = this.#take(3)
        const b = this.bytes
        const length = ((first & 0x3f) << 24) | (b[at]! << 16) | (b[at + 1]! << 8) | b[at + 2]!
        if (length < 16_384) throw notShortest()
        return length
      }
      default:
        throw new Malformed(
          'lengthHeaderIsValid',
          'RFC 9420 §2.1.2',
          'A length header starts with the bits 11.',
        )
    }
  }

  #take(count: number): number {
    const at = this.at
    if (count > this.end - at) {
      throw new Malformed('complete', 'RFC 9420 §2.1', 'The message ends before its last field.')
    }
    this.at = at + count
    return at
  }

  #u32At(at: number): number {
    const b = this.bytes
    return b[at]! * 2 ** 24 + ((b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!)
  }
}

export function tooMany(name: string, max: number): Malformed {
  return new Malformed('countWithinLimit', 'limits', `There are more than ${max} ${name}.`)
}

function notShortest(): Malformed {
  return new Malformed(
    'lengthHeaderIsShortest',
    'RFC 9420 §2.1.2',
    'A length header is longer than it needs to be.',
  )
}
