const LINK = /\bhttps?:\/\/[^\s<>"']+/g
/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?)\]}]+$/
const FEW_EMOJI =
  /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{EMod})*\s*){1,3}$/u

/** A text with its web addresses apart, in order. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const { 0: match, index } of text.matchAll(LINK)) {
    const address = match.replace(TRAILING, '')
    if (!URL.canParse(address)) continue
    if (index > end) parts.push({ text: text.slice(end, index) })
    parts.push({ text: address, href: address })
    end = index + address.length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

/** One to three emoji and nothing else: shown large. */
export function isFewEmoji(text: string): boolean {
  return text.length <= 32 && FEW_EMOJI.test(text.trim())
}

export interface TextPart {
  text: string
  href?: string
}
