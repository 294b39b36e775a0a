/**
 * Resident memory of a process per idle stream: 10,000 WebSocket connections, each of an account that is
 * in ten conversations, held by processes of their own; then one message to all of them, to see that
 * they are alive. Ends by itself within a minute.
 */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { Clients } from './fanout/clients.js'
import { Contender } from './fanout/contender.js'

const CONNECTIONS = 10_000
const CLIENT_PROCESSES = 2
const GOAL_KIB = 40

console.log(`machine      ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`)
console.log(
  `commit       ${execFileSync('git', ['describe', '--always', '--dirty']).toString().trim()}`,
)
const service = await Contender.start('./service.ts', CONNECTIONS, 1_024, ['--expose-gc'])
const before = await service.memoryBytes()
const clients = new Clients()
const begunMs = performance.now()
await clients.connect(service.url, CONNECTIONS, CLIENT_PROCESSES)
const seconds = (performance.now() - begunMs) / 1_000
const after = await service.memoryBytes()
const kib = (after - before) / CONNECTIONS / 1_024
console.log(`database     ${service.description}`)
console.log(`connections  ${CONNECTIONS} in ${seconds.toFixed(1)} s`)
const met = kib <= GOAL_KIB
console.log(`resident     ${kib.toFixed(1)} KiB each, goal ≤ ${GOAL_KIB} ${met ? 'met' : 'MISSED'}`)
const arrived = clients.next()
service.send()
await arrived
console.log(`alive        ${CONNECTIONS} of ${CONNECTIONS}`)
clients.close()
service.stop()
if (!met) process.exitCode = 1
