/** Hex in groups of four, to be compared by eye. */
export function grouped(hex: string): string {
  return hex.match(/.{1,4}/g)?.join(' ') ?? ''
}
