/**
 * Resident memory of a process per idle stream: 10,000 WebSocket connections, each of an account that is
 * in ten conversations, held by processes of their own; then one message to all of them, to see that
 * they are alive. Ends by itself within a minute.
 */
import { Clients } from './fanout/clients.js'
import { Contender } from './fanout/contender.js'
import { keepResults, printHeading, verdict } from './report.js'

const CONNECTIONS = 10_000
const CLIENT_PROCESSES = 2
const GOAL_KIB = 40

const service = await Contender.start('./service.ts', CONNECTIONS, 1_024, ['--expose-gc'])
printHeading({ database: service.description })
const restBytes = await service.memoryBytes()
const clients = new Clients()
const begunMs = performance.now()
await clients.connect(service.url, CONNECTIONS, CLIENT_PROCESSES)
const seconds = (performance.now() - begunMs) / 1_000
const kibEach = ((await service.memoryBytes()) - restBytes) / CONNECTIONS / 1_024
const arrived = clients.next()
service.send()
await arrived
clients.close()
service.stop()

const judged = verdict(kibEach <= GOAL_KIB, `≤ ${GOAL_KIB} KiB for an idle stream`)
console.log(
  `at rest      ${Math.round(restBytes / 1_048_576)} MiB, with the embedded database, before the first connection`,
)
console.log(`connections  ${CONNECTIONS} in ${seconds.toFixed(1)} s`)
console.log(`resident     ${kibEach.toFixed(1)} KiB each, goal ≤ ${GOAL_KIB} ${judged}`)
console.log(`alive        ${CONNECTIONS} of ${CONNECTIONS}`)
keepResults('idle', { connections: CONNECTIONS, restBytes, kibEach })
