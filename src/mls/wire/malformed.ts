import { fault, type Fault } from '../verdict.js'

/**
 * Thrown by the parsers of this folder and caught by `decodeExact`, which turns it into a verdict;
 * it never leaves `src/mls`.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed'
  readonly fault: Fault

  constructor(rule: string, section: string, detail: string) {
    super(detail)
    this.fault = fault(rule, section, detail)
  }
}
