import { type Fault, inAnswers } from '../fault.js'

/** What goes wrong with answers of every kind. */
export const answerFaults: Fault[] = [
  {
    name: 'break',
    does: 'answers what it cannot read with a 500',
    caughtBy: ['answers.never-broken', 'errors.bad-bodies'],
    begin: () => ({
      answer: (_call, { json }) =>
        json?.error === 'InvalidRequest'
          ? { status: 500, json: { error: 'InternalServerError', message: 'oops' } }
          : undefined,
    }),
  },
  {
    name: 'invent-errors',
    does: 'gives errors that no lexicon declares',
    caughtBy: ['answers.declared-errors', 'reading.strangers'],
    begin: () => ({
      answer: (_call, { status, json }) =>
        json?.error === 'ConvoNotFound'
          ? { status, json: { ...json, error: 'NoSuchConversation' } }
          : undefined,
    }),
  },
  {
    name: 'explain-nothing',
    does: 'gives errors without a word',
    caughtBy: ['answers.explained-errors', 'key-packages.all-or-none'],
    begin: () => ({
      answer(_call, { json }) {
        if (json?.error !== undefined) json.message = ''
        return undefined
      },
    }),
  },
  {
    name: 'misshape',
    does: 'answers a view that is not what the lexicon says',
    caughtBy: ['answers.lexicon', 'conversations.create'],
    begin: () =>
      inAnswers('getConvo', ({ convo }) => {
        convo.epoch = String(convo.epoch)
      }),
  },
  {
    name: 'no-service-entry',
    does: 'leaves itself out of its DID document',
    caughtBy: ['service.did-document'],
    begin: () => ({
      answer({ path }, { json }) {
        if (path === '/.well-known/did.json') json.service = []
        return undefined
      },
    }),
  },
]
