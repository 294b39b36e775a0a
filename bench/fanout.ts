/**
 * Deliveries per second of one conversation's messages to 1,000 connected members, against a bare `ws`
 * server that sends one ready buffer of the same length to as many clients, in turns in the same run.
 * Clients are processes of their own. A message of the service is a transaction on a real database
 * (`DATABASE_URL`, else the embedded one), of the reference nothing but the sending. So with one message
 * at a time the rate is that of going out, from the first reader to the last; where several wait it is
 * that of the whole. The times are from the request to the last reader. Ends by itself in about a minute.
 */
import { Clients } from './fanout/clients.js'
import { Contender } from './fanout/contender.js'
import { keepResults, median, printHeading, printTable, quantile, verdict } from './report.js'

const MEMBERS = 1_000
const CLIENT_PROCESSES = 2
const MESSAGE_BYTES = 1_024
const ROUNDS = 3
const ROUND_MS = 3_000
const GOAL = 0.8
/** Where several messages wait, they go out in one write. */
const GOAL_WAITING = 1

const service = await Contender.start('./service.ts', MEMBERS, MESSAGE_BYTES)
const reference = await Contender.start('./bare-server.ts', MEMBERS, service.frameBytes)
printHeading({
  members: `${MEMBERS}, messages of ${MESSAGE_BYTES} bytes`,
  database: service.description,
})
const results = []
for (const waiting of [1, 8]) {
  const own = new Clients()
  const theirs = new Clients()
  await own.connect(service.url, MEMBERS, CLIENT_PROCESSES)
  await theirs.connect(reference.url, MEMBERS, CLIENT_PROCESSES)
  await measure(service, own, waiting, ROUND_MS / 3)
  await measure(reference, theirs, waiting, ROUND_MS / 3)
  const rounds = { own: [] as Round[], theirs: [] as Round[] }
  for (let round = 0; round < ROUNDS; round++) {
    rounds.own.push(await measure(service, own, waiting, ROUND_MS))
    rounds.theirs.push(await measure(reference, theirs, waiting, ROUND_MS))
  }
  const [ours, bare] = [summary(rounds.own), summary(rounds.theirs)]
  results.push({ waiting, service: ours, bare, ratio: ours.rate / bare.rate })
  own.close()
  theirs.close()
}
service.stop()
reference.stop()
printTable(
  ['waiting', 'service/s', 'bare ws/s', 'ratio', 'CPU µs each', 'p50 ms', 'p99 ms', 'goal'],
  results.map(({ waiting, service, bare, ratio }) => {
    const goal = waiting === 1 ? GOAL : GOAL_WAITING
    return [
      `${waiting}`,
      count(service.rate),
      count(bare.rate),
      ratio.toFixed(2),
      pair(service.cpuUs, bare.cpuUs),
      pair(service.p50, bare.p50),
      pair(service.p99, bare.p99),
      `≥ ${goal} ${verdict(ratio >= goal, `${waiting} waiting ≥ ${goal} of bare ws`)}`,
    ]
  }),
)
keepResults('fanout', { members: MEMBERS, messageBytes: MESSAGE_BYTES, results })

/** Keeps `waiting` messages under way for `ms`. */
async function measure(
  contender: Contender,
  clients: Clients,
  waiting: number,
  ms: number,
): Promise<Round> {
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

interface Round {
  /** Deliveries per second. */
  rate: number
  /** Of the server's process, per delivery. */
  cpuUs: number
  /** From the sender's request to the last reader, in milliseconds. */
  times: number[]
}

function summary(rounds: readonly Round[]) {
  const times = rounds.flatMap((round) => round.times)
  return {
    rate: median(rounds.map(({ rate }) => rate)),
    cpuUs: median(rounds.map(({ cpuUs }) => cpuUs)),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  }
}

function count(rate: number): string {
  return Math.round(rate).toLocaleString('en')
}

function pair(a: number, b: number): string {
  return `${a.toFixed(1)} / ${b.toFixed(1)}`
}
