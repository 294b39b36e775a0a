/** Times of pushes; tests set them lower. */
export interface PushSettings {
  /** What happens within it is one push, and what is read within it is none. */
  delayMs: number
  /** A connected device is looked at again after this: longer than a dead connection goes unnoticed. */
  connectedMs: number
  /** A process that sends has to be done within this; longer than a provider may take. */
  claimMs: number
  /** The first pause after a failure; it doubles. */
  retryMs: number
  giveUpMs: number
}

export const PUSH_SETTINGS: PushSettings = {
  delayMs: 1_000,
  connectedMs: 90_000,
  claimMs: 60_000,
  retryMs: 5_000,
  giveUpMs: 60 * 60_000,
}
