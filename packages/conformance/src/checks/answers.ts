import { group } from '../suite/check.js'
import { expect } from '../suite/finding.js'

/** What holds of every answer of the run, whatever was asked. */
export const answers = group('answers', {
  lexicon: {
    promise: 'every answer and every event is what its lexicon says',
    contract: '§4, §5',
    hint: 'validate the output against the lexicon, as the kit does',
    last: true,
    async run({ watch }) {
      expectNone(watch.faults('answer'), 'answers that their lexicons describe')
    },
  },
  'declared-errors': {
    promise: 'a method gives only the errors that its lexicon declares',
    contract: '§7',
    hint: 'declare the error, or map it to one that is declared',
    last: true,
    async run({ watch }) {
      expectNone(watch.faults('undeclared'), 'errors that are declared')
    },
  },
  'never-broken': {
    promise: 'nothing that is sent is answered with a 500',
    contract: '§3, §7',
    hint: 'bad input is refused before it reaches what cannot deal with it',
    last: true,
    async run({ watch }) {
      expectNone(watch.faults('broken'), 'no answer of 500')
    },
  },
  'explained-errors': {
    promise: 'an error says in words what was wrong, and never echoes bytes',
    contract: '§7',
    hint: 'a message is for the developer of a client: what is wrong, and what to do',
    last: true,
    async run({ watch }) {
      expectNone(watch.faults('words'), 'errors with a message in words')
    },
  },
})

function expectNone(faults: readonly string[], expected: string): void {
  expect(faults.length === 0, expected, faults.join('; '))
}
