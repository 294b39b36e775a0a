/** Header and payload together (RFC 6455 §5.2); the header has to be there. */
export function frameLength(data: Buffer): number | undefined {
  if (data.length < 10) return undefined
  const short = data[1]! & 0x7f
  if (short < 126) return 2 + short
  return short === 126 ? 4 + data.readUInt16BE(2) : 10 + Number(data.readBigUInt64BE(2))
}
