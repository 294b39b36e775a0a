import type { CallRecord } from './client.js'

/** How long the answered calls of a method took, in milliseconds. */
export function latencyOf(calls: CallRecord[], method: string): Latency {
  const times = calls
    .filter((call) => call.method === method && call.status === 200)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b)
  return { count: times.length, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}

/** Of sorted values; the value at the rank, none made up between two. */
function quantile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

export interface Latency {
  count: number
  p50: number
  p99: number
}
