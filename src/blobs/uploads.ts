import { ServiceUnavailableError } from '../errors.js'

/** Of all accounts, in one process: an upload to S3 keeps up to 10 MiB in memory. */
const UPLOADS_MAX = 64

/** Bounds what uploads take of the process, whoever makes them. */
export class Uploads {
  #underWay = 0

  constructor(readonly max = UPLOADS_MAX) {}

  /** @throws {ServiceUnavailableError} when there are too many */
  async run<T>(upload: () => Promise<T>): Promise<T> {
    if (this.#underWay >= this.max) {
      throw new ServiceUnavailableError('Too many blobs are uploaded at the moment; try again')
    }
    this.#underWay++
    try {
      return await upload()
    } finally {
      this.#underWay--
    }
  }
}
