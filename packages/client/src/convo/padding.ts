const SMALLEST = 256

/**
 * The length that content of `bytes` bytes is padded to: the next power of two up to 4 KiB, then the
 * next of eight steps to the double, so that a length tells little and costs an eighth at most.
 */
export function paddedLength(bytes: number): number {
  let bucket = SMALLEST
  while (bucket < bytes) bucket *= 2
  if (bucket <= 4096) return bucket
  const step = bucket / 16
  return Math.ceil(bytes / step) * step
}
