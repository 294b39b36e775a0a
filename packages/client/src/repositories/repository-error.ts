/**
 * What was asked for cannot be had, or not proven: `out of reach` may be otherwise later, `unproven` means
 * that what came is not what the account has signed.
 */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError'
  constructor(
    readonly kind: 'unreachable' | 'unproven',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
