import { MAX_EXTENSIONS, MAX_GROUP_INFO_BYTES } from './limits.js'
import { Malformed } from './malformed.js'
import type { Reader } from './reader.js'

/** RFC 9420 §17.3. */
export const EXTENSION = {
  applicationId: 1,
  ratchetTree: 2,
  requiredCapabilities: 3,
  externalPub: 4,
  externalSenders: 5,
  lastResort: 0x000a,
} as const

export interface Extension {
  type: number
  data: Uint8Array
}

/** A list of extensions, none of them twice (RFC 9420 §13.4). */
export function readExtensions(r: Reader): Extension[] {
  const extensions = r.list(MAX_EXTENSIONS, 'extensions', readExtension)
  for (let i = 1; i < extensions.length; i++) {
    const { type } = extensions[i]!
    for (let j = 0; j < i; j++) {
      if (extensions[j]!.type === type) {
        throw new Malformed(
          'extensionTypesAreUnique',
          'RFC 9420 §13.4',
          `Extension type ${type} appears twice in one list.`,
        )
      }
    }
  }
  return extensions
}

export function findExtension(
  extensions: readonly Extension[],
  type: number,
): Uint8Array | undefined {
  return extensions.find((extension) => extension.type === type)?.data
}

/** Every client implements these without listing them in its capabilities (RFC 9420 §7.2). */
export function isDefaultExtension(type: number): boolean {
  return type >= EXTENSION.applicationId && type <= EXTENSION.externalSenders
}

function readExtension(r: Reader): Extension {
  return { type: r.u16(), data: r.opaque(MAX_GROUP_INFO_BYTES, 'An extension') }
}
