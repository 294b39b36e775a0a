/** Of the verification that runs now; a thread does one at a time. */
let endsAt = Infinity
let clock = () => performance.now()

/**
 * What `verify` answers, unless it takes longer than it may: then it ends where it next looks.
 * Synchronous, as nothing but the computation itself can stop a computation without ending its thread.
 *
 * @throws {OverBudgetError}
 */
export function withinBudget<T>(
  budgetMs: number,
  verify: () => T,
  now = () => performance.now(),
): T {
  clock = now
  endsAt = now() + budgetMs
  try {
    return verify()
  } finally {
    endsAt = Infinity
  }
}

/**
 * To be called wherever verification spends its time: at each hash and each signature, each list that
 * is parsed, and in each loop over what a message holds that reaches none of these. Without a budget
 * it costs a comparison.
 */
export function checkBudget(): void {
  if (endsAt !== Infinity && clock() >= endsAt) throw new OverBudgetError()
}

/** Not of the bytes: whoever catches what parsing throws lets it through. */
export class OverBudgetError extends Error {
  override readonly name = 'OverBudgetError'
  constructor() {
    super('The verification takes longer than it may')
  }
}
