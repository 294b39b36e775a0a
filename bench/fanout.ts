/**
 * Deliveries per second of one conversation's messages to 1,000 connected members, against a bare `ws`
 * server that sends one ready buffer of the same length to as many clients, in turns in the same run.
 * Clients are processes of their own. A message of the service is a transaction on a real database
 * (`DATABASE_URL`, else the embedded one), of the reference nothing but the sending. So with one message
 * at a time the rate is that of going out, from the first reader to the last; where several wait it is
 * that of the whole. The times are from the request to the last reader. Ends by itself in about a minute.
 */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { Clients } from './fanout/clients.js'
import { Contender } from './fanout/contender.js'

const MEMBERS = 1_000
const CLIENT_PROCESSES = 2
const MESSAGE_BYTES = 1_024
const ROUNDS = 3
const ROUND_MS = 3_000
const GOAL = 0.8

console.log(`machine  ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`)
console.log(
  `commit   ${execFileSync('git', ['describe', '--always', '--dirty']).toString().trim()}`,
)
console.log(`members  ${MEMBERS}, messages of ${MESSAGE_BYTES} bytes`)

const service = await Contender.start('./service.ts', MEMBERS, MESSAGE_BYTES)
const reference = await Contender.start('./bare-server.ts', MEMBERS, service.frameBytes)
console.log(`database ${service.description}`)
console.log()
console.log('waiting  service/s  bare ws/s  ratio  CPU µs each        p50 ms         p99 ms')

let missed = false
for (const waiting of [1, 8]) {
  const own = new Clients()
  const theirs = new Clients()
  await own.connect(service.url, MEMBERS, CLIENT_PROCESSES)
  await theirs.connect(reference.url, MEMBERS, CLIENT_PROCESSES)
  await measure(service, own, waiting, ROUND_MS / 3)
  await measure(reference, theirs, waiting, ROUND_MS / 3)
  const results = { own: [] as Result[], theirs: [] as Result[] }
  for (let round = 0; round < ROUNDS; round++) {
    results.own.push(await measure(service, own, waiting, ROUND_MS))
    results.theirs.push(await measure(reference, theirs, waiting, ROUND_MS))
  }
  const [ours, bare] = [summary(results.own), summary(results.theirs)]
  const ratio = ours.rate / bare.rate
  const goal = waiting === 1 ? GOAL : 1
  const met = ratio >= goal
  missed ||= !met
  console.log(
    `${String(waiting).padStart(7)} ${count(ours.rate)} ${count(bare.rate)} ${ratio.toFixed(2).padStart(6)}` +
      `  ${pair(ours.cpuUs, bare.cpuUs).trimStart().padStart(11)} ${pair(ours.p50, bare.p50)} ${pair(ours.p99, bare.p99)}` +
      `  goal ≥ ${goal}${met ? ' met' : ' MISSED'}`,
  )
  own.close()
  theirs.close()
}
service.stop()
reference.stop()
if (missed) process.exitCode = 1

/** Keeps `waiting` messages under way for `ms`. */
async function measure(
  contender: Contender,
  clients: Clients,
  waiting: number,
  ms: number,
): Promise<Result> {
  const times: number[] = []
  const outMs: number[] = []
  const cpuBefore = await contender.cpuMs()
  const begunMs = performance.now()
  await Promise.all(
    Array.from({ length: waiting }, async () => {
      while (performance.now() - begunMs < ms) {
        const sentMs = performance.now()
        const arrival = clients.next()
        contender.send()
        const { firstMs, allMs } = await arrival
        times.push(allMs - sentMs)
        outMs.push(allMs - firstMs)
      }
    }),
  )
  const deliveries = times.length * MEMBERS
  const seconds =
    waiting === 1 ? (median(outMs) * outMs.length) / 1_000 : (performance.now() - begunMs) / 1_000
  const cpuUs = ((await contender.cpuMs()) - cpuBefore) * 1_000
  return { rate: deliveries / seconds, cpuUs: cpuUs / deliveries, times }
}

interface Result {
  /** Deliveries per second. */
  rate: number
  /** Of the server's process, per delivery. */
  cpuUs: number
  /** From the sender's request to the last reader, in milliseconds. */
  times: number[]
}

function summary(results: Result[]) {
  const times = results.flatMap((result) => result.times).sort((a, b) => a - b)
  const quantile = (share: number) => times[Math.ceil(share * times.length) - 1] ?? NaN
  return {
    rate: median(results.map(({ rate }) => rate)),
    cpuUs: median(results.map(({ cpuUs }) => cpuUs)),
    p50: quantile(0.5),
    p99: quantile(0.99),
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
}

function count(rate: number): string {
  return Math.round(rate).toLocaleString('en').padStart(10)
}

function pair(a: number, b: number): string {
  return `${a.toFixed(1)} / ${b.toFixed(1)}`.padStart(14)
}
