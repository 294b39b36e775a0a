/** The part of `s3rver` that the tests use; it comes without types. */
declare module 's3rver' {
  import type { Server } from 'node:http'
  import type { AddressInfo } from 'node:net'

  export default class S3rver {
    constructor(options: {
      address: string
      port: number
      silent: boolean
      directory: string
      configureBuckets: { name: string }[]
    })
    readonly httpServer: Server
    readonly logger: { exceptions: { unhandle(): void } }
    readonly middleware: ((ctx: S3Request, next: () => Promise<void>) => Promise<void>)[]
    run(): Promise<AddressInfo>
    close(): Promise<void>
  }

  export interface S3Request {
    method: string
    path: string
    query: Record<string, string | undefined>
    status: number
    type: string
    body: unknown
  }
}
