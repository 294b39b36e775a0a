import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'
import type { S3Options } from '../../src/blobs/s3-store.js'

type S3Request = import('s3rver').S3Request

const BUCKET = 'attachments'

/**
 * An S3 server on loopback, with one bucket in a temporary directory. What `s3rver` lacks is added:
 * listing and giving up uploads in parts. It fails on demand.
 */
export async function startS3(): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'catbird-s3-'))
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET }],
  })
  // It would end the process of the tests with any exception that nobody catches.
  server.logger.exceptions.unhandle()
  const parts = join(directory, BUCKET, '._S3rver_uploads')
  const test: TestS3 = {
    options: {
      endpoint: '',
      bucket: BUCKET,
      region: 'us-east-1',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    },
    requests: [],
    failing: () => undefined,
    held: undefined,
    unfinished: () => readdir(parts).catch(() => []),
    async [Symbol.asyncDispose]() {
      server.httpServer.closeAllConnections()
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
  server.middleware.unshift(async (ctx, next) => {
    const name = `${ctx.method} ${Object.keys(ctx.query)
      .filter((key) => key !== 'x-id')
      .sort()
      .join(',')}`.trim()
    test.requests.push(name)
    await test.held
    const status = test.failing(name)
    if (status !== undefined) return fail(ctx, status)
    if (ctx.method === 'DELETE' && ctx.query.uploadId) return abort(ctx, parts)
    if (ctx.method === 'GET' && 'uploads' in ctx.query) return listUploads(ctx, parts)
    await next()
  })
  const { port } = await server.run()
  test.options.endpoint = `http://127.0.0.1:${port}`
  return test
}

export interface TestS3 extends AsyncDisposable {
  readonly options: S3Options
  /** Verb and the names of the parameters, in order. */
  readonly requests: string[]
  /** Which requests are answered with an error from now on, and its status. */
  failing: (request: string) => number | undefined
  /** Requests wait for it. */
  held: Promise<void> | undefined
  /** Ids of uploads whose parts lie there. */
  unfinished(): Promise<string[]>
}

function fail(ctx: S3Request, status: number): void {
  ctx.status = status
  ctx.type = 'application/xml'
  ctx.body = '<Error><Code>Test</Code><Message>Test</Message></Error>'
}

async function abort(ctx: S3Request, parts: string): Promise<void> {
  await rm(join(parts, ctx.query.uploadId!), { recursive: true })
  ctx.status = 204
}

async function listUploads(ctx: S3Request, parts: string): Promise<void> {
  const ids = await readdir(parts).catch(() => [])
  const uploads = await Promise.all(
    ids.map(async (id) => {
      const key = await readFile(join(parts, id, 'key'), 'utf8')
      const { mtime } = await stat(join(parts, id, 'key'))
      return `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${mtime.toISOString()}</Initiated></Upload>`
    }),
  )
  ctx.status = 200
  ctx.type = 'application/xml'
  ctx.body = `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${uploads.join('')}</ListMultipartUploadsResult>`
}
