import { parentPort } from 'node:worker_threads'
import { runJob } from './verifier-job.js'
import type { Answer, Order } from './verifier-thread.js'

/** The thread's side of `VerifierThread`: one job at a time, one answer each, until it is closed. */
parentPort?.on('message', (order: Order) => {
  if (order === 'close') parentPort?.close()
  else answer(runJob(order.job, order.budgetMs))
})
answer('ready')

function answer(message: Answer): void {
  parentPort?.postMessage(message)
}
