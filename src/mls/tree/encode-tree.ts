import { concat } from '../wire/writer.js'
import { BLANK_ENTRY, ENTRY_HEADERS, type TreeNode } from './node.js'

export interface TreeEncoding {
  /** The entries of the ratchet_tree vector, without its length. */
  bytes: Uint8Array
  /** Where the entry of each stored node begins, and at last where the last one ends. */
  starts: Uint32Array
}

/** The encoding of another tree, and the nodes in which this one differs from it. */
export interface FormerEncoding {
  encoding: TreeEncoding
  changed: ReadonlySet<number>
}

/**
 * The entries of a ratchet_tree (RFC 9420 §12.4.3.3), without blank nodes at the end. Runs of nodes
 * that did not change are copied as they stand in the former encoding.
 */
export function encodeTree(
  nodes: readonly (TreeNode | undefined)[],
  former?: FormerEncoding,
): TreeEncoding {
  const count = storedNodes(nodes)
  const starts = new Uint32Array(count + 1)
  const parts: Uint8Array[] = []
  let size = 0
  let at = 0
  while (at < count) {
    starts[at] = size
    const end = former === undefined ? at : endOfRun(at, count, former)
    if (former !== undefined && end > at) {
      const { starts: old, bytes } = former.encoding
      const shift = size - old[at]!
      for (let i = at + 1; i < end; i++) starts[i] = old[i]! + shift
      parts.push(bytes.subarray(old[at], old[end]))
      size += old[end]! - old[at]!
      at = end
    } else {
      size += pushEntry(parts, nodes[at])
      at++
    }
  }
  starts[count] = size
  return { bytes: concat(parts), starts }
}

/** The end of the longest run from `at` that is as it was. */
function endOfRun(at: number, count: number, { encoding, changed }: FormerEncoding): number {
  const last = Math.min(count, encoding.starts.length - 1)
  let end = at
  while (end < last && !changed.has(end)) end++
  return end
}

function pushEntry(parts: Uint8Array[], node: TreeNode | undefined): number {
  if (node === undefined) {
    parts.push(BLANK_ENTRY)
    return BLANK_ENTRY.length
  }
  const header = ENTRY_HEADERS[node.kind]
  parts.push(header, node.bytes)
  return header.length + node.bytes.length
}

function storedNodes(nodes: readonly (TreeNode | undefined)[]): number {
  let count = nodes.length
  while (count > 0 && nodes[count - 1] === undefined) count--
  return count
}
