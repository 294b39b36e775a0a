/**
 * `npm run demo`: a private service on the embedded database, and real MLS clients that talk through
 * it. Nothing is left behind, also when it fails or is interrupted.
 */
import { latencyOf } from '../tests/support/figures.js'
import { startPlc } from '../tests/support/plc.js'
import { startProcess } from '../tests/support/service-process.js'
import { gather } from './cast.js'
import { bytes, say, scene } from './printer.js'
import { GROUP_NAME, play } from './scenes.js'
import { inspectData } from './stored-data.js'

const INTERRUPTED_EXIT_CODE = 130

async function main(): Promise<void> {
  // Leaving by `exit` ends the service and removes its directory, whatever runs at the moment.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => process.exit(INTERRUPTED_EXIT_CODE))
  }
  const startedAt = performance.now()
  await using plc = await startPlc()
  await using service = await startProcess({ plcUrl: plc.url })
  say(`A private service is ready at ${service.url}, as ${service.serviceDid}.`)
  say(`Its embedded PostgreSQL is in ${service.dataDir}; tokens are ES256K, checked by DID.`)
  const cast = await gather(plc, service)
  const { texts } = await play(cast, service)
  await Promise.all(cast.all.map((device) => device.disconnect()))
  await service.stop()

  scene(8, 'What is left in the database, now that the service has stopped')
  const tables = await inspectData(service.dataDir, { texts, name: GROUP_NAME })
  for (const { name, rows, bytes: size } of tables.sizes) {
    say(`   ${name.padEnd(24)} ${String(rows).padStart(5)} rows ${bytes(size).padStart(10)}`)
  }
  say(`   rows with the group's name in them, which Alice let the service read: ${tables.named}`)
  say(`   rows with any of the ${texts.length} messages in them: ${tables.readable}`)
  if (tables.named === 0) throw new Error('the search finds nothing at all')
  if (tables.readable > 0) throw new Error('a plaintext reached the database')

  const calls = cast.all.flatMap(({ api }) => api.calls)
  const { count, p50, p99 } = latencyOf(calls, 'sendMessage')
  const seconds = (performance.now() - startedAt) / 1000
  say('')
  say(
    `${calls.length} requests, ${texts.length} messages to 5 devices; ${count} × sendMessage ` +
      `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; 1 kill, 0 lost; ${seconds.toFixed(1)} s`,
  )
}

await main()
