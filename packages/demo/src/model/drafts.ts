/** What was begun and not sent, while the page is open. It is text of people: it stays in memory. */
const drafts = new Map<string, string>()

export function draftOf(convoId: string): string {
  return drafts.get(convoId) ?? ''
}

export function keepDraft(convoId: string, text: string): void {
  if (text === '') drafts.delete(convoId)
  else drafts.set(convoId, text)
}
