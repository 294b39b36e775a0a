import { isOwnStore } from '../blobs/own-store.js'
import { forgetLost, removeUnknown, stretchesOf } from '../blobs/reconcile.js'
import { HOUR_MS, type Job } from './job.js'

/** Time to notice that a wrong backup was restored, and longer than any upload. */
const KEPT_MS = 24 * HOUR_MS

/**
 * Compares the store with the database, which part only where one of them was restored or damaged:
 * objects that no blob has are removed, blobs whose object is lost are forgotten. A store that is not
 * the database's own is left alone.
 */
export const reconcileBlobs: Job = {
  name: 'reconcileBlobs',
  intervalMs: 6 * HOUR_MS,
  async run({ db, blobs }, signal) {
    if (!(await isOwnStore(db, blobs))) {
      throw new Error('the store of blobs is another than the one that the blobs were put into')
    }
    const before = new Date(Date.now() - KEPT_MS)
    let count = 0
    for await (const stretch of stretchesOf(blobs)) {
      if (signal.aborted) break
      count += await removeUnknown(db, blobs, stretch, before)
      count += await forgetLost(db, blobs, stretch, before)
    }
    return count
  },
}
