import type { BlobStore } from '../../blobs/blob-store.js'
import type { Uploads } from '../../blobs/uploads.js'
import type { Config } from '../../config/index.js'
import type { Db } from '../../db/types.js'

/** What the use cases of blobs need; the context is one. */
export interface BlobDeps {
  readonly config: Pick<Config, 'limits'>
  readonly db: Db
  readonly blobs: BlobStore
  readonly uploads: Uploads
  clock(): Date
}
