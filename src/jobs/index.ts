export { finishDeletions } from './finish-deletions.js'
export { sendPushes } from './send-pushes.js'
export type { Job, JobContext, Retention } from './job.js'
export { JOBS, type JobRun, startJobs } from './start-jobs.js'
