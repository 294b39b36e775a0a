import { parentPort } from 'node:worker_threads'

/** A verifier thread whose job never ends, if the job's first byte is 1; it tells that by a 2. */
parentPort.on('message', (order) => {
  if (order === 'close') return parentPort.close()
  const flag = new Int32Array(order.job.groupInfo.buffer)
  if (Atomics.compareExchange(flag, 0, 1, 2) === 1) for (;;);
  parentPort.postMessage({ ok: true })
})
parentPort.postMessage('ready')
