import type { BlobStore } from '../blobs/blob-store.js'
import { openDiskStore } from '../blobs/disk-store.js'
import { openS3Store } from '../blobs/s3-store.js'
import type { Config } from '../config/index.js'

export async function openBlobs({ blobs, secrets }: Config): Promise<BlobStore> {
  if (blobs.store === 'disk') return openDiskStore(blobs.directory)
  const { s3AccessKeyId: accessKeyId = '', s3SecretAccessKey: secretAccessKey = '' } = secrets
  return openS3Store({ ...blobs, accessKeyId, secretAccessKey })
}
