/** What a reference answers to every message. */
export const ANSWER = {
  messageId: '00000000-0000-4000-8000-000000000000',
  seq: 1,
  epoch: 0,
  receivedAt: '2026-01-01T00:00:00.000Z',
}
