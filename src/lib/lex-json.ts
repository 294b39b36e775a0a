/**
 * The JSON of what a method answers or a stream sends, with bytes as the data model writes them
 * (https://atproto.com/specs/data-model#bytes). Copies only what holds bytes; the library's own conversion
 * copies everything and looks at it twice.
 */
export function stringifyLexJson(value: unknown): string {
  return JSON.stringify(withBytesAsText(value))
}

function withBytesAsText(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return { $bytes: base64(value) }
  let copy: Record<string, unknown> | undefined
  for (const [key, item] of Object.entries(value)) {
    const converted = withBytesAsText(item)
    if (converted === item) continue
    copy ??= (Array.isArray(value) ? value.slice() : { ...value }) as Record<string, unknown>
    copy[key] = converted
  }
  return copy ?? value
}

/** Without padding. */
function base64({ buffer, byteOffset, length }: Uint8Array): string {
  const text = Buffer.from(buffer, byteOffset, length).toString('base64')
  return length % 3 === 0 ? text : text.slice(0, (length % 3) - 3)
}
