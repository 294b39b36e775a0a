import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  NoSuchKey,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { BlobStore, StoredObject } from './blob-store.js'
import { storeFault } from './store-fault.js'

/** Below this in the bucket, so that it can hold other things too. */
const PREFIX = 'blobs/'
/** The smallest that S3 takes; an upload keeps up to two in memory. */
const PART_BYTES = 5 * 1024 * 1024
const CONNECT_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 30_000
const ATTEMPTS_MAX = 3

export interface S3Options {
  endpoint: string | undefined
  bucket: string
  region: string
  accessKeyId: string
  secretAccessKey: string
}

/** The bucket is not there or not ours: for the operator, at start. */
export class BucketError extends Error {
  override readonly name = 'BucketError'
}

/**
 * Blobs as objects of an S3-compatible store. Large ones go up in parts, of which nothing is seen until
 * they are complete.
 *
 * @throws {BucketError} where the store answers and refuses. One that does not answer may come back.
 */
export async function openS3Store({ bucket, ...options }: S3Options): Promise<BlobStore> {
  const client = createClient(options)
  await client.send(new HeadBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
    const why = refusal(error)
    if (why !== undefined) throw new BucketError(why, { cause: error })
  })
  const objectOf = (key: string) => ({ Bucket: bucket, Key: PREFIX + key })
  const all = { Bucket: bucket, Prefix: PREFIX }
  return {
    description: `S3 bucket ${bucket}${options.endpoint ? ` at ${options.endpoint}` : ''}`,
    put: (key, body) => put(client, objectOf(key), body),
    async get(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`
      const answer = await client
        .send(new GetObjectCommand({ ...objectOf(key), Range }))
        .catch((error: unknown) => {
          if (error instanceof NoSuchKey) return undefined
          throw storeFault(error)
        })
      return answer && (answer.Body as Readable)
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand(objectOf(key))).catch(rejectAsFault)
    },
    list: () => list(client, all),
    removeUnfinished: (before) => removeUnfinished(client, all, before),
    async [Symbol.asyncDispose]() {
      client.destroy()
    },
  }
}

function createClient({
  endpoint,
  region,
  accessKeyId,
  secretAccessKey,
}: Omit<S3Options, 'bucket'>): S3Client {
  return new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    // With an endpoint of its own a bucket has no host name of its own.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    // The trailing checksums that the SDK would send by default are unknown to many compatible stores.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
}

async function put(
  client: S3Client,
  object: { Bucket: string; Key: string },
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  let refused: unknown
  const upload = new Upload({
    client,
    params: {
      ...object,
      Body: Readable.from(
        noting(body, (error) => (refused = error)),
        { objectMode: false },
      ),
      ContentType: 'application/octet-stream',
    },
    partSize: PART_BYTES,
    queueSize: 1,
  })
  await upload.done().catch((error: unknown) => {
    // The parts are given up on the way, and where that fails too the error is another one.
    throw storeFault(refused ?? error)
  })
}

async function* noting(
  body: AsyncIterable<Uint8Array>,
  note: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    note(error)
    throw error
  }
}

async function* list(
  client: S3Client,
  all: { Bucket: string; Prefix: string },
): AsyncIterable<StoredObject[]> {
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, all)) {
      yield Contents.map(({ Key = '', LastModified = new Date(0) }) => ({
        key: Key.slice(PREFIX.length),
        modifiedAt: LastModified,
      }))
    }
  } catch (error) {
    throw storeFault(error)
  }
}

async function removeUnfinished(
  client: S3Client,
  all: { Bucket: string; Prefix: string },
  before: Date,
): Promise<number> {
  let count = 0
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
  try {
    for (let more = true; more;) {
      const page = await client.send(new ListMultipartUploadsCommand({ ...all, ...marker }))
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (!Initiated || Initiated >= before) continue
        await client.send(new AbortMultipartUploadCommand({ Bucket: all.Bucket, Key, UploadId }))
        count++
      }
      more = page.IsTruncated === true
      marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    }
  } catch (error) {
    throw storeFault(error)
  }
  return count
}

function rejectAsFault(error: unknown): never {
  throw storeFault(error)
}

/** Why the store refuses, where it does; undefined where it did not answer. */
function refusal(error: unknown): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined
  return REFUSALS.get(error.$metadata.httpStatusCode ?? 0)
}

const KEYS_REFUSED =
  'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are refused, or may not use S3_BUCKET'
const REFUSALS = new Map([
  [301, 'S3_BUCKET is in another region than S3_REGION'],
  [400, KEYS_REFUSED],
  [401, KEYS_REFUSED],
  [403, KEYS_REFUSED],
  [404, 'S3_BUCKET does not exist at S3_ENDPOINT'],
])
