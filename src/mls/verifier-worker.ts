import { parentPort } from 'node:worker_threads'
import { runJob, type VerifierJob } from './verifier-job.js'

/** The thread's side of `VerifierPool`: one job at a time, one answer each. */
parentPort?.on('message', (job: VerifierJob) => parentPort?.postMessage(runJob(job)))
parentPort?.postMessage('ready')
