import zlib from 'node:zlib'
import { provideDisposableStacks } from '../lib/disposable-stacks.js'

/** Gives Node 22 what we and our dependencies expect of a newer one. */
export function provideForOlderNode(): void {
  provideDisposableStacks()
  // `@atproto/identity` loads three versions of undici and uses the one that fits this Node; the
  // newest of them takes hold of this function when it is loaded, and Node has it from 22.15 on.
  zlib.createZstdDecompress ??= () => {
    throw new Error('zstd needs Node 22.15 or newer')
  }
}
