import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** A row has a few columns of 4 MiB at most; more than this is no row of ours. */
const LINE_BYTES_MAX = 256 * 1024 * 1024
const NEWLINE = 0x0a

/** The lines of a gzip file, each with its newline; a last one without is not a line. */
export async function* readLines(path: string): AsyncGenerator<Buffer> {
  const bytes = createGunzip()
  // What goes wrong in the file ends the iteration.
  pipeline(createReadStream(path), bytes, () => {})
  let begun: Buffer[] = []
  let size = 0
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    let start = 0
    for (let end; (end = chunk.indexOf(NEWLINE, start)) !== -1; start = end + 1) {
      const rest = chunk.subarray(start, end + 1)
      yield begun.length === 0 ? rest : Buffer.concat([...begun, rest])
      begun = []
      size = 0
    }
    if (start === chunk.length) continue
    begun.push(chunk.subarray(start))
    size += chunk.length - start
    if (size > LINE_BYTES_MAX) throw new RangeError('a line is too long')
  }
  if (size > 0) throw new RangeError('the last line is cut off')
}
